import { createMemo } from './memo.ts';

/*
 * Every event is parsed into strings of its own, and a view keeps the same producers, people, builders and digests
 * thousands of times. These give equal texts one copy; which texts are remembered never changes what a view says.
 */

/** Of names of producers, people, builders and sources: few, and the same for long. */
export const shareText = createMemo(4096, (text) => text);

/** Of digests: many, each told by some entries near each other. */
export const shareDigest = createMemo(16_384, (digest) => digest);

/** The same text by itself: a part that was cut from a longer one keeps all of that in memory, and `join` copies. */
export function ownText(text: string): string {
  return [text, ''].join('');
}
