import { rememberLast } from '../remember-last.ts';

/**
 * Remembers commits by 16 hex digits each, the newest last, in one string: a heap of small strings would cost four
 * times the memory. 64 bits tell the few hundred commits apart that are compared here; who wants a foreign commit to
 * pass for one of them has to search 2⁵⁶ commits for it.
 */
const WIDTH = 17;

export function rememberCommit(commits: string, commit: string, limit: number): string {
  const record = `${commitKey(commit)};`;
  if (commits.endsWith(record)) return commits;
  return (commits + record).slice(-limit * WIDTH);
}

export function recallsCommit(commits: string, commit: string): boolean {
  return commits.includes(`${commitKey(commit)};`);
}

/** A commit as it is remembered: one run or ref is asked for by many rules. */
export const commitKey = rememberLast(hashWord);

/** A word of any length and spelling as 16 hex digits (two lanes of multiply and xor, mixed at the end). */
export function hashWord(word: string): string {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  const { length } = word;
  for (let at = 0; at < length; at += 1) {
    const code = word.charCodeAt(at);
    one = Math.imul(one ^ code, 2654435761);
    other = Math.imul(other ^ code, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return hex(one) + hex(other);
}

/** Code of each hex digit: with `toString(16)` this was the dearest line of the fold, by a factor of ten. */
const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

function hex(lane: number): string {
  return String.fromCharCode(
    digit(lane >>> 28),
    digit(lane >>> 24),
    digit(lane >>> 20),
    digit(lane >>> 16),
    digit(lane >>> 12),
    digit(lane >>> 8),
    digit(lane >>> 4),
    digit(lane),
  );
}

function digit(lane: number): number {
  return DIGITS[lane & 15] ?? 0;
}
