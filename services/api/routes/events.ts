import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Problem } from '../../core/errors.ts';
import { toDigest } from '../../core/to-digest.ts';
import type { ApiApp } from '../api-app.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { sendProblem } from '../http/problem-response.ts';
import type { EventPublisher } from '../ingest/publish-events.ts';
import { BATCH, BINARY, readEvents, STRUCTURED } from '../ingest/read-events.ts';
import { trustOf } from '../ingest/sources.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { RegisteredSource } from '../ports.ts';
import { CloudEvent, EVENT_EXAMPLE } from '../schemas/cloud-event.ts';

const Accepted = Type.Object(
  {
    accepted: Type.Integer({ minimum: 0, description: 'Events that are now durable' }),
    events: Type.Array(
      Type.Object({
        source: Type.String(),
        id: Type.String(),
        project: Type.String({ description: 'Project that owns the event' }),
      }),
    ),
  },
  { description: 'Every event of the request is durable' },
);

const BINARY_EXAMPLE = EVENT_EXAMPLE.data;

/** `POST /api/v1/events`: the one door for events of any source. */
export function eventRoutes(
  app: ApiApp,
  deps: {
    readonly publisher: EventPublisher;
    readonly sources: readonly RegisteredSource[];
    readonly metrics: ApiMetrics;
  },
): void {
  const { publisher, sources, metrics } = deps;

  function refuse(reply: FastifyReply, problems: readonly Problem[]): FastifyReply {
    const [first] = problems;
    if (first === undefined) throw new Error('a refusal without a reason');
    metrics.rejected(first.code);
    return sendProblem(reply, first, problems);
  }

  app.post(
    '/api/v1/events',
    {
      config: { access: ['ingest', 'responder'] },
      // The body is bytes here, and the event schemas judge what is in it.
      validatorCompiler: () => () => true,
      schema: {
        operationId: 'sendEvents',
        tags: ['Events'],
        summary: 'Send events',
        description:
          'Takes CloudEvents 1.0.2 in structured, batch and binary mode. A 202 means that every event is on disk; ' +
          'sending it again is harmless, because `(source, id)` identifies an event for 32 days. A batch is all or ' +
          'nothing: when one event is refused, none is accepted, and the answer lists what is wrong with each. ' +
          'Bodies are at most 1 MiB, also after `gzip`, `deflate` or `br` is undone, at most 64 levels deep, and ' +
          'without repeated member names. Sources state facts about themselves (role `ingest`); governance facts ' +
          'need the role `responder`.',
        body: {
          content: {
            [STRUCTURED]: { schema: CloudEvent },
            [BATCH]: { schema: Type.Array(CloudEvent) },
            [BINARY]: {
              schema: Type.Object(
                {},
                {
                  description: 'The data alone; the attributes are `ce-` headers',
                  examples: [BINARY_EXAMPLE],
                },
              ),
            },
          },
        },
        response: { 202: Accepted },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const events = readEvents({
        contentType: request.headers['content-type'],
        rawHeaders: request.raw.rawHeaders,
        body,
        caller,
      });
      if (!events.ok) return refuse(reply, events.problem);
      const accepted = await publisher.publish(
        events.value.map((event) => ({ event, trust: trustOf(event, caller, sources) })),
        toDigest(body),
      );
      if (!accepted.ok) return refuse(reply, accepted.problem);
      metrics.accepted(accepted.value.length);
      metrics.acknowledged(reply.elapsedTime / 1000);
      return reply.code(202).send({ accepted: accepted.value.length, events: [...accepted.value] });
    },
  );
}
