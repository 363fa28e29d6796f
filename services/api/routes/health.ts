import { Type } from 'typebox';
import type { ApiApp } from '../api-app.ts';
import type { ApiDeps } from '../ports.ts';

const Liveness = Type.Object(
  { status: Type.Literal('alive') },
  { description: 'The process answers' },
);

const Readiness = Type.Object(
  {
    status: Type.Union([Type.Literal('ready'), Type.Literal('not-ready')]),
    checks: Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean() })),
  },
  { description: 'What must work before traffic is welcome' },
);

/** `/livez` and `/readyz`, for supervisors and load balancers; they need no token and tell no secrets. */
export function healthRoutes(app: ApiApp, deps: Pick<ApiDeps, 'checkReadiness'>): void {
  app.get(
    '/livez',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getLiveness',
        tags: ['Service'],
        summary: 'Is the process alive?',
        response: { 200: Liveness },
      },
    },
    async () => ({ status: 'alive' as const }),
  );
  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getReadiness',
        tags: ['Service'],
        summary: 'Is the service ready for traffic?',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async (_request, reply) => {
      const checks = await deps.checkReadiness();
      const ready = checks.every(({ ok }) => ok);
      const shown = checks.map(({ name, ok }) => ({ name, ok }));
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? 'ready' : 'not-ready', checks: shown });
    },
  );
}
