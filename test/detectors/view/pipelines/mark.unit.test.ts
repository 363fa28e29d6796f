import { expect, test } from 'vitest';
import { addToMark, beginMark, endMark } from '../../../../detectors/view/pipelines/mark.ts';

function markOf(...texts: (string | undefined)[]): number {
  const mark = beginMark();
  for (const text of texts) addToMark(mark, text);
  return endMark(mark);
}

test('a mark agrees for the same texts, and is a number that a snapshot keeps', () => {
  expect(markOf('a', undefined, 'b')).toBe(markOf('a', undefined, 'b'));
  expect(Number.isSafeInteger(markOf('a', 'b'))).toBe(true);
  expect(markOf('a')).toBeGreaterThanOrEqual(0);
});

test('a mark shows where a text ends, that one is missing, and in which order they came', () => {
  const marks = [
    markOf(),
    markOf(''),
    markOf(undefined),
    markOf('ab'),
    markOf('a', 'b'),
    markOf('b', 'a'),
    markOf('a', undefined, 'b'),
    markOf('a', '', 'b'),
    markOf('\u0000'),
    markOf('', ''),
  ];
  expect(new Set(marks).size).toBe(marks.length);
});

test('marks of many builds that differ in one digit all differ', () => {
  const marks = Array.from({ length: 20_000 }, (_, n) =>
    markOf('pkg:pypi/numpy', '1.26.4', `sha256:${n.toString(16).padStart(64, '0')}`, undefined),
  );
  expect(new Set(marks).size).toBe(marks.length);
});
