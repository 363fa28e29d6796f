import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { Bus } from '../../bus/bus.ts';
import { ProvostError, problem } from '../../core/errors.ts';
import { canonicalBytes } from '../../core/json/canonical-json.ts';
import type { JsonValue } from '../../core/json/json-value.ts';
import { parseJson } from '../../core/json/parse-json.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import {
  DISTRIBUTION_MEDIA_TYPES,
  type DistributionReading,
  readDistribution,
} from '../../sources/distribution.ts';
import type { ApiApp } from '../api-app.ts';
import type { Principal } from '../auth/authenticator.ts';
import { callerOf } from '../auth/guard-routes.ts';
import { sendProblem } from '../http/problem-response.ts';
import { MAX_BODY_BYTES } from '../http/read-body.ts';
import { readWholeBody, type WholeBody } from '../http/read-whole-body.ts';
import { RequestProblems } from '../http/request-problems.ts';
import { parseMediaType } from '../ingest/parse-media-type.ts';
import type { EventPublisher } from '../ingest/publish-events.ts';
import { recordUnmapped, type UnmappedPayload } from '../ingest/record-unmapped.ts';
import { isWithinSource, trustOf } from '../ingest/sources.ts';
import type { ApiMetrics } from '../metrics.ts';
import type { RegisteredSource } from '../ports.ts';

type HookDeps = {
  readonly bus: Pick<Bus, 'publish'>;
  readonly publisher: EventPublisher;
  readonly sources: readonly RegisteredSource[];
  readonly metrics: ApiMetrics;
};

const Received = Type.Object(
  {
    accepted: Type.Integer({ description: 'Notifications that became events' }),
    ignored: Type.Integer({ description: 'Notifications about blobs: the manifests name them' }),
    unmapped: Type.Integer({ description: 'Notifications that are on record as event.rejected' }),
  },
  { description: 'Everything in the envelope is durable, one way or the other' },
);

/** Beyond this a body is refused; a registry's largest manifest is 4 MiB. */
const MAX_RECORDED_BYTES = 16 * 1024 * 1024;

/** `POST /api/v1/hooks/…`: doors that speak the producers' own formats. */
export function hookRoutes(app: ApiApp, deps: HookDeps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    readWholeBody(payload, { keep: MAX_BODY_BYTES, limit: MAX_RECORDED_BYTES }, (body) => {
      if (body.ok) done(null, body.value);
      else done(new RequestProblems([body.problem]));
    });
  });
  app.post(
    '/api/v1/hooks/distribution/:source',
    {
      config: { access: ['ingest'] },
      validatorCompiler: () => () => true,
      schema: {
        operationId: 'receiveDistributionNotifications',
        tags: ['Events'],
        summary: 'Receive notifications of a CNCF Distribution registry',
        description:
          'The endpoint for `notifications.endpoints` of Distribution, and of GitLab’s registry. Manifests that are ' +
          'pushed, pulled and deleted and tags that are deleted become events; blobs are counted. A registry ' +
          'repeats for ever what was refused, and holds back everything behind it: so whatever cannot be read is ' +
          'put on record as `event.rejected`, with its bytes on the dead-letter topic, and answered with 202.',
        params: Type.Object({
          source: Type.String({ description: 'Name of a source in the governance file' }),
        }),
        consumes: [...DISTRIBUTION_MEDIA_TYPES],
        body: Type.Object(
          { events: Type.Array(Type.Object({}, { description: 'Notification' })) },
          { description: 'Notification envelope, as the registry sends it' },
        ),
        response: { 202: Received },
      },
    },
    async (request, reply) => {
      const contentType = parseMediaType(request.headers['content-type']);
      if (!DISTRIBUTION_MEDIA_TYPES.some((type) => type === contentType)) {
        return sendProblem(
          reply,
          problem(
            'http.content-type',
            `expected ${DISTRIBUTION_MEDIA_TYPES.join(' or ')}`,
            'content-type',
          ),
        );
      }
      const source = findSource(request.params.source, callerOf(request), deps.sources);
      if (!source.ok) return sendProblem(reply, source.problem);
      const body: unknown = request.body;
      if (!isWholeBody(body)) return sendProblem(reply, problem('hook.payload', 'expected a body'));
      const reading = readBody(body, source.value.uri);
      const payloaddigest = `sha256:${body.sha256}`;
      await recordUnmapped(reading.unmapped, payloaddigest, deps);
      const caller = callerOf(request);
      const accepted = await deps.publisher.publish(
        reading.events.map((event) => ({ event, trust: trustOf(event, caller, deps.sources) })),
        payloaddigest,
      );
      // Each event is part of a body that is far smaller than a record may be.
      if (!accepted.ok) throw new ProvostError('event.too-large', 'a mapped event is too large');
      deps.metrics.hookEvents('mapped', reading.events.length);
      deps.metrics.hookEvents('ignored', reading.ignored);
      deps.metrics.hookEvents('unmapped', reading.unmapped.length);
      deps.metrics.accepted(reading.events.length);
      deps.metrics.acknowledged(reply.elapsedTime / 1000);
      return reply.code(202).send({
        accepted: reading.events.length,
        ignored: reading.ignored,
        unmapped: reading.unmapped.length,
      });
    },
  );
}

type Reading = Pick<DistributionReading, 'events' | 'ignored'> & {
  readonly unmapped: readonly UnmappedPayload[];
};

function readBody(body: WholeBody, source: string): Reading {
  const parsed: Outcome<JsonValue> =
    body.size > body.bytes.byteLength
      ? fail(problem('http.too-large', `${body.size} bytes, at most ${MAX_BODY_BYTES} are read`))
      : parseJson(body.bytes);
  if (!parsed.ok) {
    const { bytes, sha256 } = body;
    const unmapped = { source, id: undefined, bytes, sha256, problem: parsed.problem };
    return { events: [], ignored: 0, unmapped: [unmapped] };
  }
  const { events, ignored, unmapped } = readDistribution(parsed.value, { source });
  return {
    events,
    ignored,
    unmapped: unmapped.map(({ id, problem: reason, notification }) => {
      const bytes = canonicalBytes(notification);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { source, id, bytes, sha256, problem: reason };
    }),
  };
}

function findSource(
  name: string,
  caller: Principal,
  sources: readonly RegisteredSource[],
): Outcome<RegisteredSource> {
  const source = sources.find((candidate) => candidate.name === name);
  if (source === undefined) {
    return fail(
      problem(
        'http.not-found',
        'no such source; add it under "sources" in the governance file, with its name and uri',
        'source',
      ),
    );
  }
  const maySpeak =
    caller.source === undefined ||
    caller.roles.has('admin') ||
    isWithinSource(source.uri, caller.source);
  return maySpeak
    ? ok(source)
    : fail(problem('event.source-not-allowed', 'this token is bound to another source', 'source'));
}

function isWholeBody(body: unknown): body is WholeBody {
  return typeof body === 'object' && body !== null && 'sha256' in body;
}
