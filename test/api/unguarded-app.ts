import Fastify from 'fastify';
import { Registry } from 'prom-client';
import { guardRoutes } from '../../services/api/auth/guard-routes.ts';
import type { Access } from '../../services/api/auth/roles.ts';
import { createApiMetrics } from '../../services/api/metrics.ts';
import { problem } from '../../services/core/errors.ts';
import { fail } from '../../services/core/outcome.ts';

/** A guarded app whose one route says of itself what the test wants. */
export function createUnguarded(config: { access?: Access }) {
  const app = Fastify();
  guardRoutes(app, {
    metrics: createApiMetrics(new Registry()),
    authenticator: {
      authenticate: () => fail(problem('auth.missing', 'nobody')),
      forget: () => {},
    },
  });
  app.get('/open', { config }, async () => 'open');
  return app;
}
