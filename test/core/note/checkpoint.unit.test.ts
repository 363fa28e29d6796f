import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from '../../../services/core/bytes.ts';
import { EMPTY_ROOT } from '../../../services/core/merkle/hash-leaf.ts';
import { formatCheckpoint, parseCheckpoint } from '../../../services/core/note/checkpoint.ts';

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
const EXAMPLE = `example.com/behind-the-sofa\n20852163\n${ROOT}\n`;

describe('checkpoint', () => {
  test('of the specification reads and is written back the same', () => {
    const outcome = parseCheckpoint(EXAMPLE);
    expect(outcome).toMatchObject({
      ok: true,
      value: { origin: 'example.com/behind-the-sofa', size: 20_852_163 },
    });
    expect(outcome.ok && formatCheckpoint(outcome.value)).toBe(EXAMPLE);
    expect(outcome.ok && 'extensions' in outcome.value).toBe(false);
  });

  test('of any log reads back', () => {
    const line = fc.stringMatching(/^[ -~]{1,30}$/);
    const size = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
    const root = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(line, size, root, fc.array(line, { maxLength: 3 }), (origin, n, hash, lines) => {
        const checkpoint = { origin, size: n, root: hash, extensions: lines };
        const outcome = parseCheckpoint(formatCheckpoint(checkpoint));
        expect(outcome).toMatchObject({ ok: true, value: { origin, size: n } });
        if (!outcome.ok) return;
        expect(toBase64(outcome.value.root)).toBe(toBase64(hash));
        expect(outcome.value.extensions ?? []).toEqual(lines);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['two lines', 'a\n1\n'],
    ['no newline at the end', `a\n1\n${ROOT}`],
    ['no newline after an extension', `a\n1\n${ROOT}\nx`],
    ['an empty origin', `\n1\n${ROOT}\n`],
    ['a size with a leading zero', `a\n01\n${ROOT}\n`],
    ['a size with a sign', `a\n+1\n${ROOT}\n`],
    ['a negative size', `a\n-1\n${ROOT}\n`],
    ['a size in hexadecimal', `a\n0x1\n${ROOT}\n`],
    ['a size with a space', `a\n1 \n${ROOT}\n`],
    ['a size with an exponent', `a\n1e3\n${ROOT}\n`],
    ['a size in Arabic digits', `a\n\u0661\n${ROOT}\n`],
    ['an empty size', `a\n\n${ROOT}\n`],
    ['a size that is not exact', `a\n9007199254740992\n${ROOT}\n`],
    ['a short root', `a\n1\n${ROOT.slice(4)}\n`],
    ['a root with stray bits', `a\n1\n${ROOT.replace('I=', 'J=')}\n`],
    ['a root without padding', `a\n1\n${ROOT.slice(0, -1)}\n`],
    ['a root with a space', `a\n1\n ${ROOT}\n`],
    ['an empty extension', `a\n1\n${ROOT}\n\n`],
    ['an empty extension before another', `a\n1\n${ROOT}\n\nx\n`],
    ['carriage returns', `a\r\n1\r\n${ROOT}\r\n`],
  ])('with %s is refused', (_, text) => {
    expect(parseCheckpoint(text)).toMatchObject({
      ok: false,
      problem: { code: 'checkpoint.malformed' },
    });
  });

  test('that cannot be read is not written', () => {
    const good = { origin: 'a', size: 1, root: EMPTY_ROOT };
    expect(() => formatCheckpoint({ ...good, origin: '' })).toThrow(RangeError);
    expect(() => formatCheckpoint({ ...good, origin: 'a\n2' })).toThrow(RangeError);
    expect(() => formatCheckpoint({ ...good, extensions: [''] })).toThrow(RangeError);
    expect(() => formatCheckpoint({ ...good, size: 1.5 })).toThrow(RangeError);
    expect(() => formatCheckpoint({ ...good, size: 2 ** 53 })).toThrow(RangeError);
    expect(() => formatCheckpoint({ ...good, root: new Uint8Array(31) })).toThrow(RangeError);
  });
});
