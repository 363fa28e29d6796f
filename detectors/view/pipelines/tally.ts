import { shareText } from '../shared-text.ts';

/** How often something was seen, and when first and last. */
export type Seen = { readonly key: string; first: number; last: number; count: number };

/** Few things with how often each was seen, in the order in which they were first seen. */
export type Tally = Seen[];

export function seenIn(tally: Tally, key: string): Seen | undefined {
  for (const seen of tally) if (seen.key === key) return seen;
  return undefined;
}

/** Counts one more; beyond the limit the one unseen for longest is forgotten. */
export function count(tally: Tally, key: string, at: number, limit: number): void {
  const known = seenIn(tally, key);
  if (known !== undefined) {
    known.count += 1;
    if (at > known.last) known.last = at;
    return;
  }
  tally.push({ key: shareText(key), first: at, last: at, count: 1 });
  if (tally.length <= limit) return;
  let oldest = 0;
  for (let index = 1; index < tally.length - 1; index += 1) {
    if ((tally[index]?.last ?? 0) < (tally[oldest]?.last ?? 0)) oldest = index;
  }
  tally.splice(oldest, 1);
}

export function totalOf(tally: Tally): number {
  let total = 0;
  for (const seen of tally) total += seen.count;
  return total;
}
