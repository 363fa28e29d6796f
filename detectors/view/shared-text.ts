import { createMemo } from './memo.ts';

/*
 * Every event is parsed into strings of its own, and a view keeps the same producers, people, builders and digests
 * thousands of times. These give equal texts one copy; which texts are remembered never changes what a view says.
 */

/** Of names of producers, people, builders and sources: few, and the same for long. */
export const shareText = createMemo(4096, (text) => text);

/** Of digests: many, each told by some entries near each other. */
export const shareDigest = createMemo(16_384, (digest) => digest);

/** Shorter texts are copied whenever they are cut or put together. */
const SHORTEST_PART = 13;

/**
 * The same text by itself: a part that was cut from a longer one, or was put together by `+`, keeps all of that in
 * memory. `join` copies when it has two texts to join; of one it gives back that very text.
 */
export function ownText(text: string): string {
  return text.length < SHORTEST_PART ? text : [text.slice(0, 1), text.slice(1)].join('');
}
