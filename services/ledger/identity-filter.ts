/**
 * Remembers event identities by two 32-bit hashes. `mayHave` never answers false for an identity that was received
 * from `since` on, whatever happened; it answers true for about one stranger in 100,000.
 */
export type IdentityFilter = {
  readonly add: (identity: IdentityHash, receivedAt: number) => void;
  /** Whether the identity may have been received from `since` on; true when that reaches back too far to know. */
  readonly mayHave: (identity: IdentityHash, since: number) => boolean;
  /** May forget what was received before this moment. */
  readonly forgetBefore: (receivedAt: number) => void;
};

/** Two independent hashes of `source NUL id`. */
export type IdentityHash = { readonly first: number; readonly second: number };

type Generation = {
  readonly bits: Uint32Array;
  readonly mask: number;
  readonly capacity: number;
  count: number;
  newest: number;
};

// 32 bits an identity and 12 probes: (1 - e^(-12/32))^12 is about 1 in 100,000.
const BITS_EACH = 32;
const PROBES = 12;
const FIRST_CAPACITY = 2 ** 14;
const LAST_CAPACITY = 2 ** 22;

/**
 * Starts without any identity, for a ledger whose entries received from `knownSince` on will all be added. Grows by
 * generations, each twice as large as the one before.
 */
export function createIdentityFilter(knownSince: number): IdentityFilter {
  let horizon = knownSince;
  let generations: Generation[] = [createGeneration(FIRST_CAPACITY)];
  return {
    add: (identity, receivedAt) => {
      let generation = generations.at(-1);
      if (generation === undefined || generation.count >= generation.capacity) {
        const larger = Math.min((generation?.capacity ?? FIRST_CAPACITY / 2) * 2, LAST_CAPACITY);
        generation = createGeneration(larger);
        generations.push(generation);
      }
      generation.count++;
      if (receivedAt > generation.newest) generation.newest = receivedAt;
      for (let probe = 0; probe < PROBES; probe++) {
        const bit = (identity.first + probe * identity.second) & generation.mask;
        const word = bit >>> 5;
        generation.bits[word] = (generation.bits[word] ?? 0) | (1 << (bit & 31));
      }
    },
    mayHave: (identity, since) =>
      since < horizon || generations.some((generation) => isIn(generation, identity)),
    forgetBefore: (receivedAt) => {
      if (receivedAt <= horizon) return;
      horizon = receivedAt;
      generations = generations.filter(
        (generation, at) => at === generations.length - 1 || generation.newest >= receivedAt,
      );
    },
  };
}

function createGeneration(capacity: number): Generation {
  const bitCount = capacity * BITS_EACH;
  return {
    bits: new Uint32Array(bitCount / 32),
    mask: bitCount - 1,
    capacity,
    count: 0,
    newest: 0,
  };
}

function isIn(generation: Generation, identity: IdentityHash): boolean {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = (identity.first + probe * identity.second) & generation.mask;
    if (((generation.bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}
