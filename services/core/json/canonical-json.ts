import { type JsonObject, type JsonValue, MAX_JSON_DEPTH } from './json-value.ts';

// Everything but printable characters other than the quote and the backslash: controls and surrogates.
const NEEDS_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Member names as they are written, colon included: events repeat the same few. Names beyond the first are not kept. */
const writtenNames = new Map<string, string>();
const MAX_WRITTEN_NAMES = 1_000;
const LONGEST_WRITTEN_NAME = 64;

/**
 * Writes the one RFC 8785 text of a value: the same value always gives the same characters.
 * Throws a TypeError on what JSON cannot say (NaN, an infinity, undefined, half of a surrogate
 * pair) and on more than 64 levels: parsed values never hold any of them, so it is a bug.
 */
export function canonicalJson(value: JsonValue): string {
  return write(value, MAX_JSON_DEPTH);
}

/** The UTF-8 bytes of {@link canonicalJson}: what is hashed, signed and stored. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return Buffer.from(write(value, MAX_JSON_DEPTH));
}

function write(value: JsonValue | undefined, levels: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError('JSON has no NaN and no infinity');
      // ECMAScript's own rendering is the one that RFC 8785 section 3.2.2.3 prescribes.
      return `${value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (levels === 0) throw new TypeError(`JSON deeper than ${MAX_JSON_DEPTH} levels`);
      return isArray(value) ? writeArray(value, levels - 1) : writeObject(value, levels - 1);
    default:
      throw new TypeError(`JSON has no ${typeof value}`);
  }
}

function writeArray(elements: readonly JsonValue[], levels: number): string {
  let text = '[';
  for (let i = 0; i < elements.length; i++) {
    text += (i === 0 ? '' : ',') + write(elements[i], levels);
  }
  return `${text}]`;
}

function writeObject(members: JsonObject, levels: number): string {
  const names = sortNames(Object.keys(members));
  let text = '{';
  let separator = '';
  for (const name of names) {
    text += separator + writeName(name) + write(members[name], levels);
    separator = ',';
  }
  return `${text}}`;
}

function writeName(name: string): string {
  const written = writtenNames.get(name);
  if (written !== undefined) return written;
  const fresh = `${quote(name)}:`;
  if (writtenNames.size < MAX_WRITTEN_NAMES && name.length <= LONGEST_WRITTEN_NAME) {
    writtenNames.set(name, fresh);
  }
  return fresh;
}

/**
 * Sorts in place by UTF-16 code units (RFC 8785 section 3.2.3), which is how `<` and the default
 * order of sort() compare strings. Insertion beats the native sort on the few names of an event.
 */
function sortNames(names: string[]): string[] {
  if (names.length > 24) return names.sort();
  for (let i = 1; i < names.length; i++) {
    const name = names[i] ?? '';
    let j = i - 1;
    for (; j >= 0; j--) {
      const before = names[j] ?? '';
      if (before <= name) break;
      names[j + 1] = before;
    }
    names[j + 1] = name;
  }
  return names;
}

function quote(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new TypeError('JSON string with half of a surrogate pair');
  return JSON.stringify(text);
}

function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}
