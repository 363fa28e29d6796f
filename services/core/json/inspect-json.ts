import type { ErrorCode } from '../errors.ts';

/** Why a text is refused, and the UTF-16 index at which it shows. */
export type JsonRefusal = {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly index: number;
};

type Reader = {
  readonly text: string;
  index: number;
  /** The first breach of policy; it counts only when the syntax is right to the end. */
  breach: JsonRefusal | undefined;
};

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Finds the first reason to refuse a text whose nesting is already bounded, or undefined when
 * there is none. It is the slow second opinion on a document that looked wrong or unusual:
 * syntax goes before policy, and a reason never quotes the text.
 */
export function inspectJson(text: string): JsonRefusal | undefined {
  const reader: Reader = { text, index: 0, breach: undefined };
  skipSpace(reader);
  const syntax = readValue(reader);
  if (syntax !== undefined) return syntax;
  skipSpace(reader);
  return reader.index < text.length ? expected(reader, 'the end of the text') : reader.breach;
}

function readValue(reader: Reader): JsonRefusal | undefined {
  switch (reader.text.charAt(reader.index)) {
    case '{':
      return readObject(reader);
    case '[':
      return readArray(reader);
    case '"':
      return typeof readString(reader) === 'string' ? undefined : expected(reader, 'a string');
    case 't':
      return readLiteral(reader, 'true');
    case 'f':
      return readLiteral(reader, 'false');
    case 'n':
      return readLiteral(reader, 'null');
    case '':
      return expected(reader, 'a value, received the end of the text');
  }
  return readNumber(reader);
}

function readObject(reader: Reader): JsonRefusal | undefined {
  const names = new Set<string>();
  reader.index++;
  skipSpace(reader);
  if (take(reader, '}')) return undefined;
  for (;;) {
    const start = reader.index;
    const name = readString(reader);
    if (name === undefined) return expected(reader, 'a member name');
    if (names.has(name)) breach(reader, 'json.duplicate-key', 'repeated member name', start);
    if (FORBIDDEN_NAMES.has(name)) {
      breach(reader, 'json.forbidden-key', 'forbidden member name', start);
    }
    names.add(name);
    skipSpace(reader);
    if (!take(reader, ':')) return expected(reader, 'a colon');
    skipSpace(reader);
    const inner = readValue(reader);
    if (inner !== undefined) return inner;
    skipSpace(reader);
    if (take(reader, '}')) return undefined;
    if (!take(reader, ',')) return expected(reader, 'a comma or a closing brace');
    skipSpace(reader);
  }
}

function readArray(reader: Reader): JsonRefusal | undefined {
  reader.index++;
  skipSpace(reader);
  if (take(reader, ']')) return undefined;
  for (;;) {
    const inner = readValue(reader);
    if (inner !== undefined) return inner;
    skipSpace(reader);
    if (take(reader, ']')) return undefined;
    if (!take(reader, ',')) return expected(reader, 'a comma or a closing bracket');
    skipSpace(reader);
  }
}

function readString(reader: Reader): string | undefined {
  const start = reader.index;
  if (!take(reader, '"') || !skipToClosingQuote(reader)) return undefined;
  const literal = reader.text.slice(start, reader.index);
  const value = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
  if (LONE_SURROGATE.test(value)) {
    breach(reader, 'json.lone-surrogate', 'string with half of a surrogate pair', start);
  }
  return value;
}

/** A loop, because one pattern for a whole string would need a backtracking stack as long as it. */
function skipToClosingQuote(reader: Reader): boolean {
  for (;;) {
    const code = reader.text.charCodeAt(reader.index);
    if (code === 0x5c) {
      if (match(reader, ESCAPE) === undefined) return false;
    } else if (code >= 0x20) {
      reader.index++;
      if (code === 0x22) return true;
    } else {
      // A control character, or NaN past the end.
      return false;
    }
  }
}

function readNumber(reader: Reader): JsonRefusal | undefined {
  const start = reader.index;
  const literal = match(reader, NUMBER);
  if (literal === undefined) return expected(reader, 'a value');
  const value = Number(literal);
  if (!Number.isFinite(value)) {
    breach(reader, 'json.number-not-exact', 'number beyond the range of a double', start);
  } else if (!Number.isSafeInteger(value) && /^-?[0-9]+$/.test(literal)) {
    breach(
      reader,
      'json.number-not-exact',
      'integer beyond ±9007199254740991, which would change its value (send it as a string),',
      start,
    );
  }
  return undefined;
}

function readLiteral(reader: Reader, word: string): JsonRefusal | undefined {
  if (!reader.text.startsWith(word, reader.index)) return expected(reader, 'a value');
  reader.index += word.length;
  return undefined;
}

function match(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.index;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.index += found.length;
  return found;
}

function take(reader: Reader, character: string): boolean {
  if (reader.text.charAt(reader.index) !== character) return false;
  reader.index++;
  return true;
}

function skipSpace(reader: Reader): void {
  for (;;) {
    const code = reader.text.charCodeAt(reader.index);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    reader.index++;
  }
}

function breach(reader: Reader, code: ErrorCode, reason: string, index: number): void {
  reader.breach ??= { code, reason, index };
}

function expected(reader: Reader, what: string): JsonRefusal {
  return { code: 'json.syntax', reason: `expected ${what}`, index: reader.index };
}
