/** Two lanes of a hash that is built up text by text. */
export type Mark = { low: number; high: number };

/** Codes that no character has, so that neither the end of a text nor its absence can be spelled. */
const END = 0x10000;
const ABSENT = 0x10001;

/**
 * A mark is one number (53 bits of hash) that agrees for the same texts in the same order: what equals the last
 * build's to the letter need not be taken apart. It is no cryptographic hash: a sender that forges what a build states
 * needs no collision, it can state what the build before did.
 */
export function beginMark(): Mark {
  return { low: 0x811c9dc5, high: 0x41c6ce57 };
}

export function addToMark(mark: Mark, text: string | undefined): void {
  let { low, high } = mark;
  if (text !== undefined) {
    const { length } = text;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x5bd1e995);
    }
  }
  const end = text === undefined ? ABSENT : END;
  mark.low = Math.imul(low ^ end, 0x01000193);
  mark.high = Math.imul(high ^ end ^ (low >>> 15), 0x5bd1e995);
}

export function endMark({ low, high }: Mark): number {
  return (low >>> 0) * 0x200000 + (high >>> 11);
}
