import { withNewest } from '../../windows/kept-list.ts';
import { oldestOf } from '../bounded-map.ts';
import { hashNumber } from '../sources/commits.ts';
import { MAX_NAMES, type NamesView, type NameView } from './names-view.ts';
import { skeletonOf, withoutSeparators } from './skeleton.ts';

/** Names kept of those that share a half and a length; the newest are kept, since a series of names is no cover for one more. */
const MAX_ALIKE = 12;
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
  if (withSkeleton(names, skeleton) === undefined) add(names, hashNumber(skeleton), key);
  for (const half of halvesOf(withoutSeparators(key))) add(names, hashNumber(half), key);
}

/**
 * Finds the name in regular use that a new one could be taken for, in a dozen look-ups. One edit leaves one half of
 * the other name whole, so its half and its length find it.
 */
export function findLikeness(names: NamesView, key: string): Likeness | undefined {
  if (names.regular.size === 0) return undefined;
  const same = withSkeleton(names, skeletonOf(key));
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
      for (const other of namesAt(names, hashNumber(half))) {
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
  drop(names, hashNumber(skeletonOf(key)), key);
  for (const half of halvesOf(withoutSeparators(key))) drop(names, hashNumber(half), key);
}

/** The first of the names that look like this. */
function withSkeleton(names: NamesView, skeleton: string): string | undefined {
  return namesAt(names, hashNumber(skeleton)).find((name) => skeletonOf(name) === skeleton);
}

/** Names that share a hash; nearly always they share what was hashed, and who asks compares them. */
function namesAt({ index }: NamesView, hash: number): readonly string[] {
  const known = index.get(hash);
  return known === undefined ? NONE : typeof known === 'string' ? [known] : known;
}

const NONE: readonly string[] = [];

/** A name that is alone is kept without a list around it: most are. */
function add(names: NamesView, hash: number, key: string): void {
  const others = namesAt(names, hash);
  names.index.set(hash, others.length === 0 ? key : withNewest(others, key, MAX_ALIKE));
}

function drop(names: NamesView, hash: number, key: string): void {
  const [first, ...others] = namesAt(names, hash).filter((other) => other !== key);
  if (first === undefined) names.index.delete(hash);
  else names.index.set(hash, others.length === 0 ? first : [first, ...others]);
}

function halvesOf(letters: string): readonly string[] {
  const { length } = letters;
  if (length < MIN_LENGTH - 1 || length > MAX_LENGTH + 1) return [];
  const cut = length >> 1;
  return [`${length}<${letters.slice(0, cut)}`, `${length}>${letters.slice(cut)}`];
}
