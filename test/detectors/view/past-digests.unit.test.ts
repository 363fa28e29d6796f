import { expect, test } from 'vitest';
import { image } from '../../../detectors/examples/story.ts';
import { MAX_PAST_DIGESTS } from '../../../detectors/view/limits.ts';
import { recallPast, rememberPast } from '../../../detectors/view/past-digests.ts';

/** Digests that differ in their first half: the packing keeps 128 bits. */
const digest = (n: number) => `sha256:${n.toString(16).padStart(8, '0').repeat(8)}`;

test('recalls whether a digest was explained, and the newest answer wins', () => {
  let past = rememberPast('', digest(1), false);
  past = rememberPast(past, digest(2), true);
  expect(recallPast(past, digest(1))).toBe('unexplained');
  expect(recallPast(past, digest(2))).toBe('explained');
  expect(recallPast(past, digest(3))).toBeUndefined();
  expect(recallPast(rememberPast(past, digest(1), true), digest(1))).toBe('explained');
});

test('forgets the oldest and stays bounded', () => {
  let past = '';
  for (let n = 0; n < 3 * MAX_PAST_DIGESTS; n += 1) past = rememberPast(past, digest(n), true);
  expect(recallPast(past, digest(2 * MAX_PAST_DIGESTS - 1))).toBeUndefined();
  expect(recallPast(past, digest(2 * MAX_PAST_DIGESTS))).toBe('explained');
  expect(past.length).toBe(34 * MAX_PAST_DIGESTS);
});

test('a digest of a foreign algorithm cannot break out of the packing', () => {
  const hostile = `other:${':'.repeat(10)};!${'x'.repeat(10)}`;
  const past = rememberPast(rememberPast('', hostile, false), image('a'), true);
  expect(recallPast(past, hostile)).toBe('unexplained');
  expect(recallPast(past, image('a'))).toBe('explained');
});
