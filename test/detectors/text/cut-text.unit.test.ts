import { expect, test } from 'vitest';
import { cutText } from '../../../detectors/text/cut-text.ts';

test('keeps a text that fits, and cuts one that does not', () => {
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('abcd', 3)).toBe('abc');
  expect(cutText('', 3)).toBe('');
});

test('leaves out a character that would be cut in two', () => {
  expect(cutText('a😀b', 2)).toBe('a');
  expect(cutText('a😀b', 3)).toBe('a😀');
});
