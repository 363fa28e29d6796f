import { Type } from 'typebox';
import { EVENT_TYPES } from '../../core/events/catalogue.ts';
import { Timestamp } from '../../core/events/fields.ts';

const attribute = (description: string, example: string) =>
  Type.String({ minLength: 1, maxLength: 512, description, examples: [example] });

export const EVENT_EXAMPLE = {
  specversion: '1.0',
  id: 'push-2026-03-01-0001',
  source: 'https://registry.example.org',
  type: 'artifact.pushed',
  time: '2026-03-01T09:30:00Z',
  data: {
    repository: 'genomics/aligner',
    digest: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    tags: ['1.4.2'],
    actor: { name: 'alice' },
  },
} as const;

const envelope = {
  specversion: Type.Literal('1.0'),
  id: attribute('Unique at the source: the same id is the same event', EVENT_EXAMPLE.id),
  source: attribute('URI of the producer', EVENT_EXAMPLE.source),
  type: Type.Enum([...EVENT_TYPES], { description: 'Event type; `/api/v1/schemas` lists them' }),
  subject: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1024, description: 'What it is about' }),
  ),
  datacontenttype: Type.Optional(Type.Literal('application/json')),
  dataschema: Type.Optional(Type.String()),
  data: Type.Object(
    {},
    {
      description: 'Fits the schema of the type: `/api/v1/schemas/{type}`',
      examples: [EVENT_EXAMPLE.data],
    },
  ),
};

/** A CloudEvents 1.0.2 event as a source sends it. */
export const CloudEvent = Type.Object(
  { ...envelope, time: Type.Optional(Timestamp) },
  { title: 'CloudEvent', description: 'CloudEvents 1.0.2 event' },
);

/** The same with what acceptance adds. */
export const AcceptedEventView = Type.Object(
  {
    ...envelope,
    time: Timestamp,
    receivedtime: Timestamp,
    project: Type.String(),
    trust: Type.Union([
      Type.Literal('signed'),
      Type.Literal('authenticated'),
      Type.Literal('claimed'),
    ]),
    payloaddigest: Type.Optional(
      Type.String({
        description: 'SHA-256 of the body of the request that brought the event, as it came',
      }),
    ),
  },
  { title: 'AcceptedEvent', description: 'Event as it was accepted', additionalProperties: true },
);
