import { expect, test } from 'vitest';
import {
  count,
  EMPTY_TALLY,
  readTally,
  seenIn,
  sizeOf,
  totalOf,
} from '../../../../detectors/view/pipelines/tally.ts';

test('says how often and when each was seen, in the order in which they came', () => {
  let tally = EMPTY_TALLY;
  for (const [key, at] of [
    ['one', 1000],
    ['two', 2000],
    ['one', 3000],
    ['one', 500],
  ] as const) {
    tally = count(tally, key, at, 3);
  }
  expect(readTally(tally)).toEqual([
    { key: 'one', first: 1000, last: 3000, count: 3 },
    { key: 'two', first: 2000, last: 2000, count: 1 },
  ]);
  expect(seenIn(tally, 'two')).toEqual({ key: 'two', first: 2000, last: 2000, count: 1 });
  expect(seenIn(tally, 'on')).toBeUndefined();
  expect(seenIn(EMPTY_TALLY, 'one')).toBeUndefined();
  expect(totalOf(tally)).toBe(4);
});

test('of more than fit, the one unseen for longest is forgotten, and never the one just seen', () => {
  let tally = EMPTY_TALLY;
  for (const key of ['one', 'two', 'three']) tally = count(tally, key, 1000, 3);
  tally = count(tally, 'one', 9000, 3);
  tally = count(tally, 'late', 10, 3);
  expect(readTally(tally).map(({ key }) => key)).toEqual(['one', 'three', 'late']);
  expect(sizeOf(tally)).toBe(3);
});

test('a key that would break the packing is counted all the same', () => {
  const tally = count(count(EMPTY_TALLY, 'evil\n\tname', 1, 3), 'evil\n\tname', 2, 3);
  expect(sizeOf(tally)).toBe(1);
  expect(seenIn(tally, 'evil\n\tname')?.count).toBe(2);
});
