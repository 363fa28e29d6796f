import { utf8 } from '../core/bytes.ts';

const MULTIPLIER = 0x5bd1e995;
const SEED = 0x9747b28c | 0;

/** The partition that Kafka's Java clients choose for this key: `toPositive(murmur2(key)) % partitions`. */
export function partitionForKey(key: string | Uint8Array, partitions: number): number {
  return (murmur2(typeof key === 'string' ? utf8(key) : key) & 0x7fffffff) % partitions;
}

/** MurmurHash2 (32 bits) with the seed of `org.apache.kafka.common.utils.Utils.murmur2`, as a signed number. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.byteLength;
  const tail = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < tail; at += 4) {
    let word = 0;
    for (let byte = 3; byte >= 0; byte -= 1) word = (word << 8) | (bytes[at + byte] ?? 0);
    word = Math.imul(word, MULTIPLIER);
    word ^= word >>> 24;
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER);
  }
  if (tail < length) {
    for (let at = length - 1; at >= tail; at -= 1) hash ^= (bytes[at] ?? 0) << (8 * (at - tail));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, MULTIPLIER);
  return hash ^ (hash >>> 15);
}
