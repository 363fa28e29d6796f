/** A stream of numbers that depends on its seed alone: the same seed gives the same benchmark everywhere. */
export type Random = {
  /** From 0 up to but without 1. */
  readonly next: () => number;
  /** An integer from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** So many different items, in random order; all of them when there are fewer. */
  readonly some: <T>(items: readonly T[], count: number) => readonly T[];
  /** So many lower-case hex digits. */
  readonly hex: (digits: number) => string;
};

/** Guarantees equal streams for equal seeds, and unrelated ones for seeds that differ in one character. */
export function createRandom(seed: string): Random {
  let state = hash(seed);
  // Mulberry32: 32 bits of state are plenty for a benchmark.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number =>
    low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[between(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    next,
    between,
    pick,
    chance: (probability) => next() < probability,
    some: (items, count) => {
      const left = [...items];
      for (let at = left.length - 1; at > 0; at -= 1) {
        const other = between(0, at);
        [left[at], left[other]] = [
          left[other] as (typeof left)[number],
          left[at] as (typeof left)[number],
        ];
      }
      return left.slice(0, count);
    },
    hex: (digits) => {
      let word = '';
      while (word.length < digits)
        word += Math.floor(next() * 16 ** 6)
          .toString(16)
          .padStart(6, '0');
      return word.slice(0, digits);
    },
  };
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value;
}
