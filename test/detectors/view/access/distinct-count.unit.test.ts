import { expect, test } from 'vitest';
import {
  addDistinct,
  clearDistinct,
  createDistinctCount,
  estimate,
  isDistinct,
} from '../../../../detectors/view/access/distinct-count.ts';

function counted(texts: number, turns = 1) {
  const count = createDistinctCount();
  for (let turn = 0; turn < turns; turn += 1) {
    for (let n = 0; n < texts; n += 1) addDistinct(count, `lab/tool-${n}`);
  }
  return count;
}

test('few are counted exactly, however often they come', () => {
  for (let texts = 0; texts <= 32; texts += 1) expect(estimate(counted(texts, 3))).toBe(texts);
});

test.each([50, 200, 500, 1000, 2000])('%i are counted within a tenth', (texts) => {
  const found = estimate(counted(texts));
  expect(found).toBeGreaterThan(texts * 0.9);
  expect(found).toBeLessThan(texts * 1.1);
});

test('a million take no more memory than a thousand', () => {
  const count = counted(20_000);
  expect(count.marks).toHaveLength(16);
  expect(estimate(count)).toBeGreaterThan(2000);
});

test('says beforehand whether a text would count', () => {
  const count = counted(10);
  expect(isDistinct(count, 'lab/tool-3')).toBe(false);
  expect(isDistinct(count, 'lab/other')).toBe(true);
  expect(estimate(count, 1)).toBe(11);
});

test('digests that differ in their first or last characters differ', () => {
  const count = createDistinctCount();
  const zeros = '0'.repeat(63);
  for (const hex of [`1${zeros}`, `2${zeros}`, `${zeros}1`, `${zeros}2`]) {
    addDistinct(count, `sha256:${hex}`);
  }
  expect(estimate(count)).toBe(4);
});

test('begins anew when it is cleared', () => {
  const count = counted(100);
  clearDistinct(count);
  expect(count).toEqual(createDistinctCount());
});
