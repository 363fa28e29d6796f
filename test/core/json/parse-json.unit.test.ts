import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectJson } from '../../../services/core/json/inspect-json.ts';
import { type JsonLimits, parseJson } from '../../../services/core/json/parse-json.ts';
import { vectorPath } from '../vectors.ts';

const suite = vectorPath('json-test-suite');
const DUPLICATE = 'two readers can take different values from a repeated name';

/** Valid RFC 8259 texts that Provost refuses on purpose, and why. */
const REFUSED_BY_POLICY: Readonly<Record<string, { code: string; reason: string }>> = {
  'y_object_duplicated_key.json': { code: 'json.duplicate-key', reason: DUPLICATE },
  'y_object_duplicated_key_and_value.json': { code: 'json.duplicate-key', reason: DUPLICATE },
};

/** What the suite leaves open and Provost accepts: fractions and exponents round to a double. */
const ACCEPTED_BY_CHOICE = ['i_number_double_huge_neg_exp.json', 'i_number_real_underflow.json'];

function parse(text: string | Uint8Array, limits?: JsonLimits) {
  return parseJson(Buffer.from(text), limits);
}

function refusal(text: string | Uint8Array, limits?: JsonLimits) {
  const outcome = parse(text, limits);
  return outcome.ok ? undefined : { code: outcome.problem.code, at: outcome.problem.at };
}

describe('JSONTestSuite', () => {
  const files = suite === undefined ? [] : readdirSync(suite).sort();
  const read = (name: string) => readFileSync(join(suite ?? '', name));

  test('is all there', (context) => {
    if (suite === undefined) return context.skip('no vectors: json-test-suite');
    expect(files).toHaveLength(318);
  });

  test.each(files.filter((name) => name.startsWith('n_')))('refuses %s', (name) => {
    expect(parseJson(read(name)).ok).toBe(false);
  });

  test.each(files.filter((name) => name.startsWith('y_')))('reads %s', (name) => {
    const outcome = parseJson(read(name));
    const policy = REFUSED_BY_POLICY[name];
    if (policy === undefined) {
      expect(outcome).toEqual({ ok: true, value: JSON.parse(read(name).toString()) });
    } else {
      expect(outcome, policy.reason).toMatchObject({ ok: false, problem: { code: policy.code } });
    }
  });

  test.each(files.filter((name) => name.startsWith('i_')))('decides on %s', (name) => {
    expect(parseJson(read(name)).ok).toBe(ACCEPTED_BY_CHOICE.includes(name));
  });
});

describe('policy', () => {
  test.each([
    ['{"a":1,"a":1}', 'json.duplicate-key', '7'],
    ['{"a":1,"\\u0061":2}', 'json.duplicate-key', '7'],
    ['[{"é":{"x":1,"y":2,"x":3}}]', 'json.duplicate-key', '20'],
    ['{"1":1,"0":0,"1":2}', 'json.duplicate-key', '13'],
    ['{"":1,"":2}', 'json.duplicate-key', '6'],
    ['{"__proto__":{}}', 'json.forbidden-key', '1'],
    ['{"__proto__":1,"__proto__":2}', 'json.forbidden-key', '1'],
    ['{"\\u005f_proto__":{}}', 'json.forbidden-key', '1'],
    ['[{"a":{"constructor":null}}]', 'json.forbidden-key', '7'],
    ['{"prototype":[]}', 'json.forbidden-key', '1'],
    ['["\\ud800"]', 'json.lone-surrogate', '1'],
    ['["\\udc00\\ud800"]', 'json.lone-surrogate', '1'],
    ['["\\uD83Dx\\uDE00"]', 'json.lone-surrogate', '1'],
    ['{"\\udead":1}', 'json.lone-surrogate', '1'],
    ['9007199254740992', 'json.number-not-exact', '0'],
    ['[0, -9007199254740992]', 'json.number-not-exact', '4'],
    ['{"a":123456789012345678901234567890}', 'json.number-not-exact', '5'],
    ['1e999', 'json.number-not-exact', '0'],
    ['[-1e999]', 'json.number-not-exact', '1'],
    [Buffer.from([0x22, 0xff, 0x22]), 'json.invalid-utf8', undefined],
    [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'json.invalid-utf8', undefined],
    ['\ufeff{}', 'json.syntax', '0'],
    ['', 'json.syntax', '0'],
    ['{"a":1,}', 'json.syntax', '7'],
    ['["a\u001f"]', 'json.syntax', '3'],
    ['["ä" 1]', 'json.syntax', '6'],
    ['"\\', 'json.syntax', '1'],
    ['{"a":1,"a":2', 'json.syntax', '12'],
  ])('refuses %s with %s', (text, code, at) => {
    expect(refusal(text)).toEqual({ code, at });
  });

  test.each([
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '"\\\\"',
    '"\\\\\\""',
    '{"a":"}{][:\\":"}',
    '{"a":{"a":{"a":[{"a":1},{"a":1}]}}}',
    '{"proto":1,"constructors":2}',
    '["__proto__"]',
    '[9007199254740991,-9007199254740991]',
    '[1e300,-1.5e-7,0.1,9007199254740993.0]',
    ' \t\r\n[ ] ',
  ])('reads %s as the native parser does', (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  test('says that it is a byte order mark that it refuses', () => {
    const outcome = parse('\ufeff{}');
    expect(outcome.ok ? '' : outcome.problem.message).toContain('byte order mark');
  });

  test('never quotes the payload, which may hold a secret', () => {
    for (const text of ['{"a": hunter2}', '{"hunter2":1,"hunter2":2}', '"hunter2', '[hunter2]']) {
      expect(JSON.stringify(parse(text))).not.toContain('hunter2');
    }
  });

  test('reads only the view it is given, not the buffer around it', () => {
    expect(parseJson(Buffer.from('xx[1]yy').subarray(2, 5))).toEqual({ ok: true, value: [1] });
  });
});

describe('limits', () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

  test('reads 64 levels and refuses 65', () => {
    expect(parse(nested(64)).ok).toBe(true);
    expect(refusal(nested(65))).toEqual({ code: 'json.too-deep', at: '64' });
    expect(refusal('{"a":'.repeat(65))).toEqual({ code: 'json.too-deep', at: '320' });
  });

  test('counts no bracket inside of a string', () => {
    expect(parse(JSON.stringify(['['.repeat(100), '\\"['.repeat(300)])).ok).toBe(true);
  });

  test('counts levels, not brackets', () => {
    expect(parse(`[${Array(100).fill('[],{}').join()}]`).ok).toBe(true);
  });

  test('finds the depth behind strings that end in backslashes', () => {
    expect(refusal(`["\\\\\\\\",${nested(64)}]`)).toMatchObject({ code: 'json.too-deep' });
  });

  test('refuses a million brackets without a stack overflow', () => {
    expect(refusal('['.repeat(1_000_000))).toMatchObject({ code: 'json.too-deep' });
    expect(refusal('[{"":'.repeat(200_000))).toMatchObject({ code: 'json.too-deep' });
  });

  test('bounds the bytes, inclusively', () => {
    expect(parse('[12]', { maxBytes: 4 }).ok).toBe(true);
    expect(refusal('[123]', { maxBytes: 4 })).toMatchObject({ code: 'json.too-large' });
    expect(refusal(' '.repeat(1024 * 1024 + 1))).toMatchObject({ code: 'json.too-large' });
  });

  test('takes time in proportion to hostile strings', () => {
    const hostile = `["${'\\\\'.repeat(250_000)}","${'\\u0061'.repeat(80_000)}"]`;
    expect(parse(hostile).ok).toBe(true);
    expect(refusal(`["${'a'.repeat(1_000_000)}`)).toMatchObject({ code: 'json.syntax' });
    expect(refusal(`"${'\\"'.repeat(500_000)}`)).toMatchObject({ code: 'json.syntax' });
  });
});

describe('properties', () => {
  test('reads back what JSON.stringify writes, unless policy refuses it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        const outcome = parse(text);
        if (outcome.ok) expect(outcome.value).toEqual(JSON.parse(text));
        else expect(inspectJson(text)?.code).toBe(outcome.problem.code);
      }),
      { numRuns: 2000 },
    );
  });

  test('agrees with the native parser on what is JSON, for texts made of its own tokens', () => {
    const token = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', '"a"', '"b"', '""', '1', '-0', '0.5', '1e3', '01', '"\\'],
      ...['true', 'null', 'nul', ' ', '\n', '"', '-', '.', '\\', '\u0001', '"\\ud800"', '"\\x"'],
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        const outcome = parse(text);
        const code = outcome.ok ? undefined : outcome.problem.code;
        expect(code === 'json.syntax').toBe(!isNativelyValid(text));
        expect(inspectJson(text)?.code).toBe(code);
      }),
      { numRuns: 5000 },
    );
  });

  test('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(typeof parseJson(bytes).ok).toBe('boolean');
      }),
    );
  });
});

function isNativelyValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
