import { MAX_PAST_DIGESTS } from './limits.ts';

/**
 * Remembers digests that a repository no longer has, 34 characters each: `:` or `!` (explained or not), the first 32
 * characters of the encoded part (128 bits of a sha256: no collision can be made), and a closing `;`. One string holds
 * them all, oldest first, because a hundred small objects a repository would cost ten times the memory.
 */
const WIDTH = 34;
const PREFIX = 32;

export function rememberPast(past: string, digest: string, explained: boolean): string {
  const mark = explained ? ':' : '!';
  // Joined, not added up: a sum of texts keeps its parts in memory.
  return [past, mark, prefixOf(digest), ';'].join('').slice(-MAX_PAST_DIGESTS * WIDTH);
}

/** Whether the digest was here, and whether anything had explained it then. */
export function recallPast(past: string, digest: string): 'explained' | 'unexplained' | undefined {
  if (past === '') return undefined;
  const prefix = prefixOf(digest);
  const found = past.lastIndexOf(`${prefix};`);
  if (found === -1) return undefined;
  return past[found - 1] === ':' ? 'explained' : 'unexplained';
}

function prefixOf(digest: string): string {
  const from = digest.indexOf(':') + 1;
  const prefix = digest.slice(from, from + PREFIX);
  // Other algorithms may encode with characters that the packing uses; they may also be shorter.
  return prefix.replace(/[:!;]/g, '_').padEnd(PREFIX, '_');
}
