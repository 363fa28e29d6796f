import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ownText } from '../../../detectors/view/shared-text.ts';

const MEGABYTE = 2 ** 20;

test('a text of its own does not keep what it was cut from', () => {
  setFlagsFromString('--expose_gc');
  const collect: () => void = runInNewContext('gc');
  const parts: string[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < 64; n += 1) {
    const whole = `${n}:`.padEnd(MEGABYTE, 'repository ');
    parts.push(ownText(whole.slice(0, 40)));
  }
  collect();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8 * MEGABYTE);
  expect(parts[5]).toBe('5:repository repository repository repos');
});

test('a text of its own is the same text', () => {
  for (const text of ['', 'a', 'twelve signs', 'thirteen sign', 'é and ✓ and 𝒳 in a longer text']) {
    expect(ownText(text)).toBe(text);
  }
});
