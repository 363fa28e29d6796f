import { type Problem, problem } from '../core/errors.ts';
import type { SourceEvent } from '../core/events/event.ts';
import { validateSourceEvent } from '../core/events/validate-event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json-value.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { readDescriptors } from './distribution-references.ts';

/** Content types of the envelope; the second is what Distribution 3 and GitLab's registry send. */
export const DISTRIBUTION_MEDIA_TYPES = [
  'application/vnd.docker.distribution.events.v1+json',
  'application/vnd.docker.distribution.events.v2+json',
] as const;

export type DistributionContext = {
  /** CloudEvents `source` of the registry, from the configuration. */
  readonly source: string;
};

/** What became of an envelope: nothing in it is lost without a word. */
export type DistributionReading = {
  readonly events: readonly SourceEvent[];
  /** Notifications about blobs: a manifest names every blob that matters. */
  readonly ignored: number;
  readonly unmapped: readonly UnmappedNotification[];
};

/** A notification that says something we cannot read. */
type UnmappedNotification = {
  readonly id: string | undefined;
  readonly problem: Problem;
  readonly notification: JsonValue;
};

type Reading = SourceEvent | 'ignored';

/**
 * Maps a CNCF Distribution notification envelope (`notifications/event.go`) to events. Never throws and never refuses
 * the envelope as a whole: its sender repeats what was refused for ever, and so would hide everything behind it.
 * Actor, address and user agent are claims of the registry.
 */
export function readDistribution(
  envelope: JsonValue,
  context: DistributionContext,
): DistributionReading {
  const notifications = isJsonObject(envelope) ? envelope['events'] : undefined;
  if (!isList(notifications)) {
    const reason = problem('hook.payload', 'expected an object with a list of events', '/events');
    // `{}` is what Go writes for an envelope without events.
    const isEmpty = isJsonObject(envelope) && notifications === undefined;
    const unmapped = { id: undefined, problem: reason, notification: envelope };
    return { events: [], ignored: 0, unmapped: isEmpty ? [] : [unmapped] };
  }
  const events: SourceEvent[] = [];
  const unmapped: UnmappedNotification[] = [];
  let ignored = 0;
  for (const [index, notification] of notifications.entries()) {
    const reading = readNotification(notification, context);
    if (!reading.ok) {
      const id = isJsonObject(notification) ? textOf(notification['id'], 512) : undefined;
      unmapped.push({ id, problem: below(index, reading.problem), notification });
    } else if (reading.value === 'ignored') {
      ignored++;
    } else {
      events.push(reading.value);
    }
  }
  return { events, ignored, unmapped };
}

function readNotification(notification: JsonValue, context: DistributionContext): Outcome<Reading> {
  if (!isJsonObject(notification)) return refuse('expected a notification as an object', '');
  const target = objectOf(notification['target']);
  const action = textOf(notification['action'], 64) ?? '';
  const isManifest = /\/manifests\/[^/]*$/.test(textOf(target['url'], 4096) ?? '');
  const isBlob = /\/blobs\/[^/]*$/.test(textOf(target['url'], 4096) ?? '');
  switch (action) {
    case 'mount':
      return ok('ignored');
    case 'push':
    case 'pull':
      if (isBlob) return ok('ignored');
      if (!isManifest && !isManifestType(target['mediaType'])) {
        return refuse('expected a manifest or a blob, by its URL or media type', '/target');
      }
      return action === 'push' ? pushed(notification, context) : pulled(notification, context);
    case 'delete':
      return deleted(notification, context);
  }
  return refuse('expected action push, pull, mount or delete', '/action');
}

function pushed(notification: JsonObject, context: DistributionContext): Outcome<SourceEvent> {
  const target = objectOf(notification['target']);
  const tag = tagOf(target);
  const data = {
    ...headOf(notification),
    digest: target['digest'],
    tags: tag === undefined ? [] : [tag],
    mediaType: textOf(target['mediaType'], 256),
    artifactType: textOf(target['artifactType'], 256),
    size: target['size'] ?? target['length'],
    ...readDescriptors(target['references']),
  };
  return eventOf('artifact.pushed', notification, context, data);
}

function pulled(notification: JsonObject, context: DistributionContext): Outcome<SourceEvent> {
  const target = objectOf(notification['target']);
  const data = {
    ...headOf(notification),
    digest: target['digest'],
    tag: tagOf(target),
    bytes: target['size'] ?? target['length'],
  };
  return eventOf('artifact.pulled', notification, context, data);
}

/** A delete names a digest (of a manifest, or of a blob: the two look alike), or a tag, or neither: the repository. */
function deleted(notification: JsonObject, context: DistributionContext): Outcome<SourceEvent> {
  const target = objectOf(notification['target']);
  const head = headOf(notification);
  const digest = target['digest'] === '' ? undefined : target['digest'];
  const tag = tagOf(target);
  if (digest !== undefined) {
    const data = { ...head, digest, tags: tag === undefined ? undefined : [tag] };
    return eventOf('artifact.deleted', notification, context, data);
  }
  return tag === undefined
    ? eventOf('repository.deleted', notification, context, head)
    : eventOf('tag.deleted', notification, context, { ...head, tag });
}

function headOf(notification: JsonObject): Loose {
  const request = objectOf(notification['request']);
  const name = textOf(objectOf(notification['actor'])['name'], 256);
  const client = {
    address: withoutPort(textOf(request['addr'], 256)),
    userAgent: textOf(request['useragent'], 1024),
  };
  return {
    registry: textOf(request['host'], 256),
    repository: objectOf(notification['target'])['repository'],
    actor: name === undefined ? undefined : { name },
    client: client.address === undefined && client.userAgent === undefined ? undefined : client,
    requestId: textOf(request['id'], 256),
  };
}

type Loose = Readonly<Record<string, unknown>>;

/** The validator has the last word, so a hostile field makes an unmapped notification, never a bad event. */
function eventOf(
  type: SourceEvent['type'],
  notification: JsonObject,
  context: DistributionContext,
  data: Loose,
): Outcome<SourceEvent> {
  const event = {
    specversion: '1.0',
    id: notification['id'],
    source: context.source,
    type,
    time: notification['timestamp'],
    data,
  };
  const valid = validateSourceEvent(withoutUndefined(event));
  return valid.ok ? valid : refuse(valid.problem.message, valid.problem.at ?? '');
}

/** Undefined members vanish, as they would on the wire. */
function withoutUndefined(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

/** Text cut to what a schema takes; a registry repeats what its clients say, at any length. */
function textOf(value: JsonValue | undefined, maxLength: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  // A cut between the halves of a surrogate pair would leave text that canonical JSON cannot hold.
  return value.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}

function tagOf(target: JsonObject): JsonValue | undefined {
  return target['tag'] === '' ? undefined : target['tag'];
}

/** `192.0.2.1:4711` and `[2001:db8::1]:4711` without their port; anything else as it is. */
function withoutPort(address: string | undefined): string | undefined {
  const bracketed = /^\[(.+)\](?::\d+)?$/.exec(address ?? '')?.[1];
  return bracketed ?? address?.replace(/^([^:]+):\d+$/, '$1');
}

function isManifestType(mediaType: JsonValue | undefined): boolean {
  return (
    typeof mediaType === 'string' &&
    /^application\/vnd\.(?:docker\.distribution\.manifest|oci\.image\.(?:manifest|index))\./.test(
      mediaType,
    )
  );
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function below(index: number, inner: Problem): Problem {
  return problem(inner.code, inner.message, `/events/${index}${inner.at ?? ''}`);
}

function refuse(message: string, at: string) {
  return fail(problem('hook.payload', message, at));
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
