import { expect, test } from 'vitest';
import { createMemo } from '../../../detectors/view/memo.ts';

test('what was read lately is not read again', () => {
  const read: string[] = [];
  const memo = createMemo(4, (text) => {
    read.push(text);
    return text.toUpperCase();
  });
  expect([memo('a'), memo('a'), memo('b'), memo('a')]).toEqual(['A', 'A', 'B', 'A']);
  expect(read).toEqual(['a', 'b']);
});

test('what is asked for again and again outlives a flood, the rest is read anew and is the same', () => {
  const read: string[] = [];
  const memo = createMemo(4, (text) => {
    read.push(text);
    return text.toUpperCase();
  });
  memo('early');
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) {
    memo(text);
    memo('usual');
  }
  expect(read.filter((text) => text === 'usual')).toHaveLength(1);
  expect(memo('early')).toBe('EARLY');
  expect(read.filter((text) => text === 'early')).toHaveLength(2);
});

test('a long text is answered and not remembered', () => {
  let reads = 0;
  const memo = createMemo(4, (text) => {
    reads += 1;
    return text;
  });
  const long = 'x'.repeat(257);
  expect(memo(long)).toBe(long);
  memo(long);
  expect(reads).toBe(2);
});
