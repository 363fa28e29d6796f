import { expect, test } from 'vitest';
import { withNewest } from '../../../detectors/windows/kept-list.ts';

test('a kept list takes the newest and lets the oldest go', () => {
  expect(withNewest([], 1, 1)).toEqual([1]);
  expect(withNewest([1], 2, 1)).toEqual([2]);
  expect(withNewest([1, 2], 3, 3)).toEqual([1, 2, 3]);
  expect(withNewest([1, 2, 3], 4, 3)).toEqual([2, 3, 4]);
});

test('a kept list leaves the one given as it is, and keeps a list within it whole', () => {
  const given = [[1]];
  expect(withNewest(given, [2, 3], 4)).toEqual([[1], [2, 3]]);
  expect(given).toEqual([[1]]);
});
