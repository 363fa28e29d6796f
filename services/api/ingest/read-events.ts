import { type Problem, problem } from '../../core/errors.ts';
import type { SourceEvent } from '../../core/events/event.ts';
import { validateSourceEvent } from '../../core/events/validate-event.ts';
import type { JsonValue } from '../../core/json/json-value.ts';
import { parseJson } from '../../core/json/parse-json.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import type { Principal } from '../auth/authenticator.ts';
import { authorizeEvent } from './authorize-event.ts';
import { parseMediaType } from './parse-media-type.ts';
import { readBinaryMode } from './read-binary-mode.ts';

export const STRUCTURED = 'application/cloudevents+json';
export const BATCH = 'application/cloudevents-batch+json';
export const BINARY = 'application/json';

/** A request with events as it came: nothing in it is trusted yet. */
export type EventsRequest = {
  readonly contentType: string | undefined;
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly caller: Principal;
};

const MAX_PROBLEMS = 100;

/**
 * Reads the events of a request in any of the three CloudEvents content modes. All or nothing: either every event is
 * valid and allowed, or the answer lists what is wrong with each (up to 100), by JSON Pointer into the body.
 */
export function readEvents(
  request: EventsRequest,
): Outcome<readonly SourceEvent[], readonly Problem[]> {
  const mode = parseMediaType(request.contentType);
  if (mode !== STRUCTURED && mode !== BATCH && mode !== BINARY) {
    return fail([
      problem(
        'http.content-type',
        `expected ${STRUCTURED}, ${BATCH}, or ${BINARY} with ce- headers, in UTF-8`,
        'content-type',
      ),
    ]);
  }
  const parsed = parseJson(request.body);
  if (!parsed.ok) return fail([parsed.problem]);
  if (mode === BATCH) return readBatch(parsed.value, request.caller);
  const envelope = mode === BINARY ? readBinaryMode(request.rawHeaders, parsed.value) : parsed;
  const event = envelope.ok ? readEvent(envelope.value, request.caller) : envelope;
  return event.ok ? ok([event.value]) : fail([event.problem]);
}

function readBatch(
  batch: JsonValue,
  caller: Principal,
): Outcome<readonly SourceEvent[], readonly Problem[]> {
  if (!isList(batch)) {
    return fail([problem('event.envelope', 'expected a JSON array of events, received no array')]);
  }
  const events: SourceEvent[] = [];
  const problems: Problem[] = [];
  for (const [index, value] of batch.entries()) {
    const event = readEvent(value, caller);
    if (event.ok) events.push(event.value);
    else problems.push(below(index, event.problem));
    if (problems.length === MAX_PROBLEMS) break;
  }
  return problems.length === 0 ? ok(events) : fail(problems);
}

function readEvent(value: JsonValue, caller: Principal): Outcome<SourceEvent> {
  const valid = validateSourceEvent(value);
  return valid.ok ? authorizeEvent(valid.value, caller) : valid;
}

function below(index: number, inner: Problem): Problem {
  return problem(inner.code, inner.message, `/${index}${inner.at ?? ''}`);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
