import { oldestOf, setBounded } from '../bounded-map.ts';
import { MAX_NAMES, type NamesView, type NameView } from './names-view.ts';
import { skeletonOf, withoutSeparators } from './skeleton.ts';

/** Names that share a half and a length; the newest are kept, since a series of names is no cover for one more. */
const MAX_HALF = 12;
/** Longer names are compared by their skeleton only. */
const MAX_LENGTH = 96;
/** Short names are neighbours of half the dictionary. */
const MIN_LENGTH = 6;

/** How a new name is like one in regular use: it looks the same, is put together otherwise, or one letter is off. */
export type Likeness = {
  readonly name: string;
  readonly how: 'looks the same' | 'put together otherwise' | 'one letter off';
};

/** Makes a name one in regular use, found by its skeleton and by either half; the oldest goes beyond the limit. */
export function addRegular(names: NamesView, key: string, name: NameView): void {
  if (names.regular.size >= MAX_NAMES) {
    const oldest = oldestOf(names.regular)?.[0];
    if (oldest !== undefined) forget(names, oldest);
  }
  names.regular.set(key, name);
  const skeleton = skeletonOf(key);
  if (!names.skeletons.has(skeleton)) names.skeletons.set(skeleton, key);
  for (const half of halvesOf(withoutSeparators(key))) {
    const bucket = names.halves.get(half) ?? [];
    bucket.push(key);
    if (bucket.length > MAX_HALF) bucket.shift();
    setBounded(names.halves, half, bucket, 2 * MAX_NAMES);
  }
}

/**
 * Finds the name in regular use that a new one could be taken for, in a dozen look-ups. One edit leaves one half of
 * the other name whole, so its half and its length find it.
 */
export function findLikeness(names: NamesView, key: string): Likeness | undefined {
  if (names.regular.size === 0) return undefined;
  const same = names.skeletons.get(skeletonOf(key));
  const letters = withoutSeparators(key);
  if (same !== undefined && same !== key) {
    const how = withoutSeparators(same) === letters ? 'put together otherwise' : 'looks the same';
    return { name: same, how };
  }
  if (letters.length < MIN_LENGTH || letters.length > MAX_LENGTH) return undefined;
  for (const length of [letters.length, letters.length - 1, letters.length + 1]) {
    const cut = length >> 1;
    const start = `${length}<${letters.slice(0, cut)}`;
    const end = `${length}>${letters.slice(letters.length - (length - cut))}`;
    for (const half of [start, end]) {
      for (const other of names.halves.get(half) ?? []) {
        if (other !== key && isOneLetterOff(letters, withoutSeparators(other))) {
          return { name: other, how: 'one letter off' };
        }
      }
    }
  }
  return undefined;
}

/** One letter replaced, left out, put in, or two neighbours swapped. A number that differs is a version, no disguise. */
export function isOneLetterOff(one: string, other: string): boolean {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  const shorter = Math.min(one.length, other.length) - start;
  while (end < shorter && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const left = one.slice(start, one.length - end);
  const right = other.slice(start, other.length - end);
  const isSwap =
    left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
  return (isSwap || Math.max(left.length, right.length) === 1) && !/\d/.test(left + right);
}

function forget(names: NamesView, key: string): void {
  names.regular.delete(key);
  const skeleton = skeletonOf(key);
  if (names.skeletons.get(skeleton) === key) names.skeletons.delete(skeleton);
  for (const half of halvesOf(withoutSeparators(key))) {
    const rest = (names.halves.get(half) ?? []).filter((other) => other !== key);
    if (rest.length === 0) names.halves.delete(half);
    else names.halves.set(half, rest);
  }
}

function halvesOf(letters: string): readonly string[] {
  const { length } = letters;
  if (length < MIN_LENGTH - 1 || length > MAX_LENGTH + 1) return [];
  const cut = length >> 1;
  return [`${length}<${letters.slice(0, cut)}`, `${length}>${letters.slice(cut)}`];
}
