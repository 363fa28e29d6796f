import { hashText } from '../taints/use-keys.ts';

const MIN_BITS = 256;
const MAX_BITS = 8192;
const HALF = 2 ** 26;

/**
 * A set of names in some ten bits a name (a Bloom filter), as base64. What it does not hold was certainly not in the
 * set; one name in a hundred that was not in it looks as if it were, more in a set of over a thousand.
 */
export function createNameFilter(names: readonly string[]): string {
  let bits = MIN_BITS;
  while (bits < names.length * 10 && bits < MAX_BITS) bits *= 2;
  const filter = Buffer.alloc(bits / 8);
  for (const name of names) {
    for (const bit of bitsOf(name, bits)) {
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return filter.toString('base64');
}

/** The names that were certainly not in the set; none when there is no set. */
export function namesMissing(filter: string, names: readonly string[]): readonly string[] {
  if (filter === '') return [];
  const bytes = Buffer.from(filter, 'base64');
  return names.filter((name) =>
    bitsOf(name, bytes.length * 8).some(
      (bit) => ((bytes[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0,
    ),
  );
}

/** Two numbers of 26 bits give as many positions as one likes (Kirsch and Mitzenmacher). */
function bitsOf(name: string, bits: number): readonly number[] {
  const hash = hashText(name);
  const low = hash % HALF;
  const high = Math.floor(hash / HALF);
  return [0, 1, 2, 3].map((turn) => (low + turn * high) % bits);
}
