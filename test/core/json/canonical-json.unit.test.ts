import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalBytes, canonicalJson } from '../../../services/core/json/canonical-json.ts';
import type { JsonValue } from '../../../services/core/json/json-value.ts';
import { parseJson } from '../../../services/core/json/parse-json.ts';
import { vectorPath } from '../vectors.ts';

const CASES = ['arrays', 'french', 'structures', 'unicode', 'values', 'weird'];

function read(bytes: Uint8Array): JsonValue {
  const outcome = parseJson(bytes);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.value;
}

/** A value that is typed as JSON and is none. */
function notJson(value: unknown): JsonValue {
  return value as JsonValue;
}

function nest(levels: number): JsonValue {
  let value: JsonValue = 0;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('RFC 8785 vectors', () => {
  test.for(CASES)('writes %s byte for byte', (name, context) => {
    const input = vectorPath('jcs', 'input', `${name}.json`);
    const output = vectorPath('jcs', 'output', `${name}.json`);
    const outhex = vectorPath('jcs', 'outhex', `${name}.txt`);
    if (input === undefined || output === undefined || outhex === undefined) {
      return context.skip('no vectors: jcs');
    }
    const bytes = Buffer.from(canonicalBytes(read(readFileSync(input))));
    expect(bytes.equals(readFileSync(output))).toBe(true);
    expect(bytes.toString('hex')).toBe(readFileSync(outhex, 'utf8').replace(/\s/g, ''));
  });

  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [-5e-324, '-5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e21, '1e+21'],
    [999999999999999700000, '999999999999999700000'],
    [333333333.3333333, '333333333.3333333'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [-0.0000033333333333333333, '-0.0000033333333333333333'],
  ])('writes the number %s as appendix B does', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

describe('order of names', () => {
  test('is by UTF-16 code units, where an emoji comes before U+FB33', () => {
    expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, '\u20ac': 3 })).toBe(
      '{"\u20ac":3,"\u{1f600}":2,"\ufb33":1}',
    );
  });

  test('treats names that look like array indexes as text', () => {
    expect(canonicalJson({ '10': 1, '9': 2, '-1': 3, '': 4 })).toBe('{"":4,"-1":3,"10":1,"9":2}');
  });

  test('writes a name alike the first time, again, and after more names than are remembered', () => {
    const names = Array.from({ length: 1_500 }, (_, n) => `"name" ${n} \n é`);
    for (const name of [...names, ...names, '__proto__', 'x'.repeat(100), 'x'.repeat(100)]) {
      const members = Object.fromEntries([[name, 1]]);
      expect(canonicalJson(members)).toBe(JSON.stringify(members));
    }
  });

  test('is the same for few names and for many', () => {
    for (const count of [0, 1, 2, 23, 24, 25, 26, 200]) {
      const names = Array.from({ length: count }, (_, i) => `n${(i * 7919) % 1009}`);
      const value = Object.fromEntries(names.map((name) => [name, 0]));
      expect(Object.keys(JSON.parse(canonicalJson(value)))).toEqual(names.toSorted());
    }
  });
});

describe('what JSON cannot say', () => {
  test.each([
    ['NaN', Number.NaN],
    ['an infinity', [Number.NEGATIVE_INFINITY]],
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole', new Array(1)],
    ['a function', { a: () => 1 }],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a high surrogate alone', 'a\ud800'],
    ['a low surrogate in a name', { '\udc00': 1 }],
  ])('throws on %s', (_, value) => {
    expect(() => canonicalJson(notJson(value))).toThrow(TypeError);
  });

  test('writes 64 levels and throws on 65', () => {
    expect(canonicalJson(nest(64))).toContain('0');
    expect(() => canonicalJson(nest(65))).toThrow(/64 levels/);
  });
});

describe('properties', () => {
  test('equals the canonicalize library on any JSON value', () => {
    const anyJson = fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' });
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(notJson(value))).toBe(canonicalize(value));
      }),
      { numRuns: 3000 },
    );
  }, 60_000);

  test('is a fixed point: what it writes reads back and writes the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), (value) => {
        const bytes = canonicalBytes(notJson(value));
        const outcome = parseJson(bytes);
        if (outcome.ok) expect(canonicalBytes(outcome.value)).toEqual(bytes);
      }),
    );
  });

  test('does not depend on the order in which members were added', () => {
    const members = fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(members, (entries) => {
        const backwards = entries.toReversed();
        expect(canonicalJson(Object.fromEntries(entries))).toBe(
          canonicalJson(Object.fromEntries(backwards)),
        );
      }),
    );
  });
});
