import { type Problem, problem } from '../errors.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { inspectJson } from './inspect-json.ts';
import { type JsonValue, MAX_JSON_DEPTH } from './json-value.ts';
import { measureJson } from './measure-json.ts';

/** Bounds on one document; both are inclusive. */
export type JsonLimits = { readonly maxDepth?: number; readonly maxBytes?: number };

const MAX_JSON_BYTES = 1024 * 1024;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Never throws, and never answers with a value that a second JSON reader could understand
 * differently: strict RFC 8259 plus the I-JSON rules of RFC 7493 that canonical JSON relies on
 * (unique member names, well-formed strings, exact integers). Names that reach a JavaScript
 * prototype are refused. A fraction or an exponent is read as the nearest double.
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits = {}): Outcome<JsonValue, Problem> {
  const maxBytes = limits.maxBytes ?? MAX_JSON_BYTES;
  const maxDepth = limits.maxDepth ?? MAX_JSON_DEPTH;
  if (bytes.byteLength > maxBytes) {
    return fail(
      problem('json.too-large', `expected at most ${maxBytes} bytes, received ${bytes.byteLength}`),
    );
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    return fail(problem('json.invalid-utf8', 'expected valid UTF-8'));
  }
  if (text.charCodeAt(0) === 0xfeff) {
    return fail(problem('json.syntax', 'expected a JSON value, received a byte order mark', '0'));
  }
  // The nesting is bounded before anything walks the document.
  const measure = measureJson(text, maxDepth);
  if (measure.tooDeepAt !== undefined) {
    const at = byteOffset(text, measure.tooDeepAt);
    return fail(
      problem('json.too-deep', `expected at most ${maxDepth} levels, exceeded at byte ${at}`, at),
    );
  }
  const parsed = parseNatively(text);
  if (parsed !== undefined && !measure.surrogateEscape) {
    if (countPlainMembers(parsed.value) === measure.members) return ok(parsed.value);
  }
  // Something is wrong, or merely unusual: the slow reader decides, and says where.
  const refusal = inspectJson(text);
  if (refusal !== undefined) {
    const at = byteOffset(text, refusal.index);
    return fail(problem(refusal.code, `${refusal.reason} at byte ${at}`, at));
  }
  return parsed === undefined ? fail(problem('json.syntax', 'expected JSON')) : ok(parsed.value);
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

// The native message quotes the payload, which may hold a secret, so it is dropped.
function parseNatively(text: string): { readonly value: JsonValue } | undefined {
  try {
    return { value: JSON.parse(text) as JsonValue };
  } catch {
    return undefined;
  }
}

/**
 * Counts object members, or answers -1 when a member name or a number needs a closer look. A
 * repeated name collapses in the parsed value, so a count below the text's own betrays it.
 */
function countPlainMembers(value: JsonValue): number {
  if (typeof value === 'number') {
    return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? 0 : -1;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value as readonly JsonValue[]) {
      const inner = countPlainMembers(element);
      if (inner < 0) return -1;
      count += inner;
    }
    return count;
  }
  for (const [name, member] of Object.entries(value)) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') return -1;
    const inner = countPlainMembers(member);
    if (inner < 0) return -1;
    count += 1 + inner;
  }
  return count;
}

function byteOffset(text: string, index: number): string {
  return String(Buffer.byteLength(text.slice(0, index)));
}
