import { type TSchema, Type } from 'typebox';
import { problem } from '../../core/errors.ts';
import {
  audienceOf,
  EVENT_SCHEMAS,
  EVENT_TYPES,
  type EventType,
  isEventType,
  schemaId,
} from '../../core/events/catalogue.ts';
import type { ApiApp } from '../api-app.ts';
import { sendProblem } from '../http/problem-response.ts';

const SchemaList = Type.Object(
  {
    schemas: Type.Array(
      Type.Object({
        type: Type.String(),
        id: Type.String({ description: '`$id` of the schema' }),
        description: Type.String(),
        audience: Type.Union(
          [Type.Literal('source'), Type.Literal('responder'), Type.Literal('provost')],
          { description: 'Who may state such a fact' },
        ),
      }),
    ),
  },
  { description: 'Every event type' },
);

/** `/api/v1/schemas`: the event vocabulary as JSON Schema. It is no secret and needs no token. */
export function schemaRoutes(app: ApiApp): void {
  app.get(
    '/api/v1/schemas',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'listSchemas',
        tags: ['Events'],
        summary: 'List event types',
        response: { 200: SchemaList },
      },
    },
    async () => ({
      schemas: EVENT_TYPES.map((type) => ({
        type,
        id: schemaId(type),
        description: descriptionOf(EVENT_SCHEMAS[type]),
        audience: audienceOf(type),
      })),
    }),
  );

  app.get(
    '/api/v1/schemas/:type',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getSchema',
        tags: ['Events'],
        summary: 'Read the schema of an event type',
        description: 'JSON Schema (2020-12) of the event’s `data`.',
        params: Type.Object({
          type: Type.String({ maxLength: 64, description: 'Event type, e.g. artifact.pushed' }),
        }),
        response: {
          200: {
            description: 'The schema',
            content: { 'application/schema+json': { schema: Type.Object({}) } },
          },
        },
      },
    },
    async (request, reply) => {
      const { type } = request.params;
      return isEventType(type)
        ? reply.type('application/schema+json').send(toJsonSchema(type))
        : sendProblem(reply, problem('http.not-found', 'no such event type', 'type'));
    },
  );
}

function toJsonSchema(type: EventType) {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaId(type),
    title: type,
    ...EVENT_SCHEMAS[type],
  };
}

function descriptionOf(schema: TSchema): string {
  return 'description' in schema && typeof schema.description === 'string'
    ? schema.description
    : '';
}
