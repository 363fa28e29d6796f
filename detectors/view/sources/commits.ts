import { rememberLast } from '../remember-last.ts';

/**
 * Remembers commits by 11 characters each, the newest last, in one string: a heap of small strings would cost four
 * times the memory. 64 bits tell the few hundred commits apart that are compared here; who wants a foreign commit to
 * pass for one of them has to search 2⁵⁶ commits for it.
 */
export const COMMIT_WIDTH = 12;

export function rememberCommit(commits: string, commit: string, limit: number): string {
  const record = `${commitKey(commit)};`;
  if (commits.endsWith(record)) return commits;
  // What `join` makes stands alone; a text that is put together by `+` and cut keeps all that was there before.
  return [commits.slice(-(limit - 1) * COMMIT_WIDTH), record].join('');
}

export function recallsCommit(commits: string, commit: string): boolean {
  return commits.includes(`${commitKey(commit)};`);
}

/** A commit as it is remembered: one run or ref is asked for by many rules. */
export const commitKey = rememberLast(shortWord);

/** A word of any length and spelling as 11 characters. */
export function shortWord(word: string): string {
  return mixed(word, letters);
}

/** A word of any length and spelling as 16 hex digits. */
export function hashWord(word: string): string {
  return mixed(word, (one, other) => hex(one) + hex(other));
}

/** A word of any length and spelling as 32 bits, for what is compared in full where it agrees. */
export function hashNumber(word: string): number {
  return mixed(word, (one) => one | 0);
}

/** Two lanes of multiply and xor, mixed at the end. */
function mixed<T>(word: string, write: (one: number, other: number) => T): T {
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
  return write(one, other);
}

/** Codes of the signs for 0 to 63, the hex digits first: `toString(16)` was once the dearest line of the fold. */
const SIGNS = Array.from(
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_',
  (sign) => sign.charCodeAt(0),
);

/** Six bits a sign; the last holds the two that each lane has left. */
function letters(one: number, other: number): string {
  return String.fromCharCode(
    sign(one >>> 26),
    sign(one >>> 20),
    sign(one >>> 14),
    sign(one >>> 8),
    sign(one >>> 2),
    sign(other >>> 26),
    sign(other >>> 20),
    sign(other >>> 14),
    sign(other >>> 8),
    sign(other >>> 2),
    sign(((one & 3) << 2) | (other & 3)),
  );
}

function hex(lane: number): string {
  return String.fromCharCode(
    sign((lane >>> 28) & 15),
    sign((lane >>> 24) & 15),
    sign((lane >>> 20) & 15),
    sign((lane >>> 16) & 15),
    sign((lane >>> 12) & 15),
    sign((lane >>> 8) & 15),
    sign((lane >>> 4) & 15),
    sign(lane & 15),
  );
}

function sign(bits: number): number {
  return SIGNS[bits & 63] ?? 0;
}
