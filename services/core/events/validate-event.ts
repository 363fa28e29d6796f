import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { type Problem, problem } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { EVENT_SCHEMAS, type EventType, isEventType } from './catalogue.ts';
import type { Acceptance, ProvostEvent, SourceEvent } from './event.ts';
import { Timestamp } from './fields.ts';

const MAX_ATTRIBUTE = 512;
const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;
const ACCEPTANCE_ATTRIBUTES = new Set(['receivedtime', 'project', 'trust', 'payloaddigest']);
const KNOWN_ATTRIBUTES = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
]);
const timestamp = Compile(Timestamp);
const validators = new Map<EventType, Validator>();

/**
 * Guarantees that the value is a CloudEvents 1.0.2 event of a type that we know, with data that fits the type's
 * schema. Attributes that only we may set are refused. Extensions must be short strings, integers or booleans.
 */
export function validateSourceEvent(value: JsonValue): Outcome<SourceEvent> {
  const envelope = validateEnvelope(value);
  if (!envelope.ok) return envelope;
  for (const name of Object.keys(envelope.value)) {
    if (ACCEPTANCE_ATTRIBUTES.has(name)) {
      return fail(
        problem(
          'event.envelope',
          `attribute "${name}" is set by Provost at acceptance and cannot be sent`,
          `/${name}`,
        ),
      );
    }
  }
  const strange = validateSent(envelope.value);
  return strange === undefined ? ok(envelope.value as unknown as SourceEvent) : fail(strange);
}

/** What only new events are held to, so that whatever was accepted before can be read for ever. */
function validateSent(event: JsonObject): Problem | undefined {
  const { time } = event;
  if (typeof time === 'string' && !isDay(time)) {
    return problem(
      'event.envelope',
      `expected a day that exists, received ${shown(time)}`,
      '/time',
    );
  }
  for (const name of ['id', 'source', 'subject'] as const) {
    const attribute = event[name];
    // CloudEvents 1.0.2, type system: control characters are no part of a string.
    if (typeof attribute === 'string' && /\p{Cc}/u.test(attribute)) {
      return problem('event.envelope', `expected ${name} without control characters`, `/${name}`);
    }
  }
  return undefined;
}

/** Whether the month has such a day: `Date.parse` takes 30 February for 2 March. */
function isDay(time: string): boolean {
  const day = Number(time.slice(8, 10));
  if (day <= 28) return true;
  const lastOfMonth = new Date(Date.UTC(Number(time.slice(0, 4)), Number(time.slice(5, 7)), 0));
  return day <= lastOfMonth.getUTCDate();
}

/** Guarantees the same for an event that was accepted before (from the bus or the ledger), acceptance included. */
export function validateAcceptedEvent(value: JsonValue): Outcome<ProvostEvent> {
  const envelope = validateEnvelope(value);
  if (!envelope.ok) return envelope;
  const { receivedtime, project, trust, time } = envelope.value;
  if (!timestamp.Check(receivedtime) || !timestamp.Check(time)) {
    return fail(
      problem('event.envelope', 'expected receivedtime and time as RFC 3339', '/receivedtime'),
    );
  }
  if (typeof project !== 'string' || project.length === 0 || project.length > 255) {
    return fail(
      problem('event.envelope', 'expected project as a string of 1 to 255 characters', '/project'),
    );
  }
  if (trust !== 'signed' && trust !== 'authenticated' && trust !== 'claimed') {
    return fail(
      problem('event.envelope', 'expected trust as signed, authenticated or claimed', '/trust'),
    );
  }
  return ok(envelope.value as unknown as ProvostEvent);
}

/** Adds what acceptance adds; a missing time becomes the received time. */
export function acceptEvent(event: SourceEvent, acceptance: Acceptance): ProvostEvent {
  return { ...event, time: event.time ?? acceptance.receivedtime, ...acceptance } as ProvostEvent;
}

/** The JSON of {@link acceptEvent}, without building the object in between: this is done for every single event. */
export function acceptedJson(event: SourceEvent, acceptance: Acceptance): string {
  const { receivedtime, project, trust, payloaddigest } = acceptance;
  const digest = payloaddigest === undefined ? '' : `,"payloaddigest":"${payloaddigest}"`;
  const time = event.time === undefined ? `,"time":"${receivedtime}"` : '';
  const sent = JSON.stringify(event);
  return `${sent.slice(0, -1)}${time},"receivedtime":"${receivedtime}","project":${JSON.stringify(project)},"trust":"${trust}"${digest}}`;
}

function validateEnvelope(value: JsonValue): Outcome<JsonObject> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(
      problem(
        'event.envelope',
        `expected a JSON object, received ${value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value}`,
      ),
    );
  }
  const event = value as JsonObject;
  if (event['specversion'] !== '1.0') {
    return fail(
      problem(
        'event.envelope',
        `expected specversion "1.0", received ${shown(event['specversion'])}`,
        '/specversion',
      ),
    );
  }
  for (const name of ['id', 'source', 'type'] as const) {
    const attribute = event[name];
    if (
      typeof attribute !== 'string' ||
      attribute.length === 0 ||
      attribute.length > MAX_ATTRIBUTE
    ) {
      return fail(
        problem(
          'event.envelope',
          `expected ${name} as a string of 1 to ${MAX_ATTRIBUTE} characters, received ${shown(attribute)}`,
          `/${name}`,
        ),
      );
    }
  }
  const attributes = validateOptionalAttributes(event);
  if (attributes !== undefined) return fail(attributes);
  const type = event['type'] as string;
  if (!isEventType(type)) {
    return fail(
      problem(
        'event.unknown-type',
        `unknown event type ${shown(type)}; "provost schema" lists the known ones`,
        '/type',
      ),
    );
  }
  const data = validateData(type, event['data']);
  return data === undefined ? ok(event) : fail(data);
}

function validateOptionalAttributes(event: JsonObject): Problem | undefined {
  const { subject, time, datacontenttype } = event;
  if (
    subject !== undefined &&
    (typeof subject !== 'string' || subject.length === 0 || subject.length > 1024)
  ) {
    return problem(
      'event.envelope',
      'expected subject as a string of 1 to 1024 characters',
      '/subject',
    );
  }
  if (time !== undefined && (!timestamp.Check(time) || Number.isNaN(Date.parse(time as string)))) {
    return problem(
      'event.envelope',
      `expected time as RFC 3339 with zone, received ${shown(time)}`,
      '/time',
    );
  }
  if (datacontenttype !== undefined && datacontenttype !== 'application/json') {
    return problem(
      'event.envelope',
      `expected datacontenttype "application/json", received ${shown(datacontenttype)}`,
      '/datacontenttype',
    );
  }
  for (const [name, extension] of Object.entries(event)) {
    if (KNOWN_ATTRIBUTES.has(name)) continue;
    if (!EXTENSION_NAME.test(name)) {
      return problem(
        'event.envelope',
        'extension names are 1 to 20 lower-case letters and digits',
        `/${name.slice(0, 64)}`,
      );
    }
    const plain =
      (typeof extension === 'string' && extension.length <= MAX_ATTRIBUTE) ||
      typeof extension === 'boolean' ||
      Number.isInteger(extension);
    if (!plain)
      return problem(
        'event.envelope',
        'an extension is a short string, an integer or a boolean',
        `/${name}`,
      );
  }
  return undefined;
}

function validateData(type: EventType, data: JsonValue | undefined): Problem | undefined {
  let validator = validators.get(type);
  if (validator === undefined) {
    validator = Compile(EVENT_SCHEMAS[type] as TSchema);
    validators.set(type, validator);
  }
  if (validator.Check(data)) return undefined;
  const first = [...validator.Errors(data)][0];
  return problem(
    'event.data',
    `data of ${type}: ${first?.message ?? 'does not fit its schema'}`,
    `/data${first?.instancePath ?? ''}`,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;
}
