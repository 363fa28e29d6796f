import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { audienceOf, EVENT_SCHEMAS, EVENT_TYPES } from '../core/events/catalogue.ts';
import { hoistSchemas } from './reference/hoist-schemas.ts';
import { ProblemDetails } from './schemas/problem-details.ts';

/** How Fastify's routes become the OpenAPI 3.1 document. */
export function openApiOptions(info: {
  readonly version: string;
  readonly publicUrl: string | undefined;
}): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Provost',
        version: info.version,
        description:
          'Event-sourced audit and anomaly detection for container registries and build provenance. ' +
          'Everything that happens is an event; every accepted event is an entry of a tamper-evident ledger.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: info.publicUrl?.replace(/\/+$/, '') ?? '/' }],
      tags: [
        { name: 'Events', description: 'Tell Provost what happened' },
        { name: 'Ledger', description: 'Read what was accepted, with proofs' },
        { name: 'Alerts', description: 'What needs a person, and what people decided' },
        { name: 'Baselines', description: 'What is known good, why, and who says so' },
        { name: 'Evidence', description: 'Audits and compliance packs' },
        { name: 'Tokens', description: 'Who may call' },
        { name: 'Service', description: 'The service itself' },
      ],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'pvt_<id>_<secret>',
            description:
              'Roles: ingest; viewer; responder, who is a viewer too; admin, who is all of them',
          },
        },
        schemas: eventSchemas(),
      },
    },
    transform: ({ schema, url }) => ({
      schema: { ...schema, response: withProblem(schema?.response) },
      url,
    }),
    transformObject: (document) =>
      'openapiObject' in document ? hoistSchemas(document.openapiObject) : {},
  };
}

/** The data of every event type is a component under the type's own name. */
function eventSchemas(): Record<string, object> {
  return Object.fromEntries(
    EVENT_TYPES.map((type) => [
      type,
      { ...EVENT_SCHEMAS[type], 'x-provost-audience': audienceOf(type) },
    ]),
  );
}

/** Every operation can answer with a problem. */
function withProblem(response: unknown): object {
  const content = { 'application/problem+json': { schema: ProblemDetails } };
  const own = typeof response === 'object' && response !== null ? response : {};
  return { ...own, default: { description: 'A problem, by its stable code', content } };
}
