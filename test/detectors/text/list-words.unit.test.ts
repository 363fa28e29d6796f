import { expect, test } from 'vitest';
import { listWords } from '../../../detectors/text/list-words.ts';

test('lists a few words, and counts the rest of many', () => {
  const words = Array.from({ length: 1024 }, (_, n) => `w${n}`);
  expect(listWords([])).toBe('');
  expect(listWords(['one', 'two'])).toBe('one, two');
  expect(listWords(words.slice(0, 8))).toBe('w0, w1, w2, w3, w4, w5, w6, w7');
  expect(listWords(words)).toBe('w0, w1, w2, w3, w4, w5, w6, w7 and 1016 more');
});
