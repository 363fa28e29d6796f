import { type Problem, problem } from '../../core/errors.ts';
import type { JsonObject, JsonValue } from '../../core/json/json-value.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';

const PREFIX = 'ce-';
/** Attributes that the HTTP binding carries elsewhere: in the body and in Content-Type. */
const NOT_A_HEADER = new Set(['data', 'data_base64', 'datacontenttype']);
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads an event in binary content mode (CloudEvents HTTP binding 1.0.2, section 3.1): attributes are `ce-` headers,
 * the body is the data. A header that is repeated or cannot be decoded is refused, so no two readers can disagree.
 */
export function readBinaryMode(
  rawHeaders: readonly string[],
  data: JsonValue,
): Outcome<JsonObject> {
  const attributes = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const header = (rawHeaders[i] ?? '').toLowerCase();
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    if (NOT_A_HEADER.has(name)) return refuse(header, 'the body and content-type say this');
    if (attributes.has(name)) return refuse(header, 'expected it once');
    const value = decodeHeaderValue(rawHeaders[i + 1] ?? '');
    if (value === undefined) return refuse(header, 'expected percent-encoded UTF-8');
    attributes.set(name, value);
  }
  if (!attributes.has('specversion')) {
    return refuse(
      'ce-specversion',
      'expected it with application/json; an event as one JSON object is application/cloudevents+json',
    );
  }
  return ok({ ...Object.fromEntries(attributes), datacontenttype: 'application/json', data });
}

/** Section 3.1.3.2: unquote, undo one round of percent-encoding, read as UTF-8. */
function decodeHeaderValue(raw: string): string | undefined {
  const text = /^".*"$/.test(raw) ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const escaped = text.charAt(i) === '%' ? /^[0-9a-f]{2}/i.exec(text.slice(i + 1, i + 3)) : null;
    if (escaped === null) {
      bytes.push(text.charCodeAt(i) & 0xff);
    } else {
      bytes.push(Number.parseInt(escaped[0], 16));
      i += 2;
    }
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function refuse(header: string, reason: string): { readonly ok: false; readonly problem: Problem } {
  return fail(
    problem('event.envelope', `header ${header.slice(0, 64)}: ${reason}`, header.slice(0, 64)),
  );
}
