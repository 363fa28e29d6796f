import type { Registry } from 'prom-client';
import { Type } from 'typebox';
import type { ApiApp } from '../api-app.ts';

/** `GET /metrics`: Prometheus text, for a viewer's token unless the configuration opens it. */
export function metricsRoutes(
  app: ApiApp,
  deps: { readonly metrics: Registry; readonly publicMetrics: boolean },
): void {
  app.get(
    '/metrics',
    {
      config: { access: deps.publicMetrics ? 'public' : ['viewer'] },
      schema: {
        operationId: 'getMetrics',
        tags: ['Service'],
        summary: 'Read metrics',
        response: {
          200: {
            description: 'Prometheus text format',
            content: { 'text/plain': { schema: Type.String() } },
          },
        },
      },
    },
    async (_request, reply) =>
      reply
        .type(deps.metrics.contentType)
        .serializer(String)
        .send(await deps.metrics.metrics()),
  );
}
