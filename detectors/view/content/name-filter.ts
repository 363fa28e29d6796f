import { hashText } from '../taints/use-keys.ts';

const MIN_BITS = 256;
const MAX_BITS = 8192;
const TURNS = 4;
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
    const [low, high] = halvesOf(name);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const bit = (low + turn * high) % bits;
      filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return filter.toString('base64');
}

/** The names that were certainly not in the set; none when there is no set. */
export function namesMissing(filter: string, names: readonly string[]): readonly string[] {
  if (filter === '') return [];
  const bytes = Buffer.from(filter, 'base64');
  const bits = bytes.length * 8;
  return names.filter((name) => {
    const [low, high] = halvesOf(name);
    for (let turn = 0; turn < TURNS; turn += 1) {
      const bit = (low + turn * high) % bits;
      if (((bytes[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return true;
    }
    return false;
  });
}

/** Two numbers of 26 bits give as many positions as one likes (Kirsch and Mitzenmacher). */
function halvesOf(name: string): readonly [low: number, high: number] {
  const hash = hashText(name);
  return [hash % HALF, Math.floor(hash / HALF)];
}
