import type { IdentityHash } from './identity-filter.ts';

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const LONGEST = 2 * 512 * 3 + 1;
// Overwritten by every call: the call is done with it when it returns.
const scratch = Buffer.alloc(LONGEST);

/**
 * The hashes that the engine computes as `murmurHash3_32(x)` and `xxHash32(x)` with x = the key, `source NUL id`, in
 * UTF-8, so that the filter can be filled from storage without reading a single id. Not for anything an attacker must
 * not find: a collision costs one look-up.
 */
export function hashIdentity(key: string): IdentityHash {
  // An attribute has at most 512 characters, so this always fits.
  const length = scratch.write(key, 0, LONGEST, 'utf8');
  return { first: murmur3(scratch, length), second: xxHash(scratch, length) };
}

/** MurmurHash3_x86_32 with seed 0 (Appleby, public domain). */
function murmur3(bytes: Buffer, length: number): number {
  let hash = 0;
  const blocks = length & ~3;
  for (let at = 0; at < blocks; at += 4) {
    hash ^= murmurWord(word(bytes, at));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = length - 1; at >= blocks; at--) tail = (tail << 8) | (bytes[at] ?? 0);
  if (length > blocks) hash ^= murmurWord(tail);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function murmurWord(value: number): number {
  const mixed = Math.imul(value, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** XXH32 with seed 0 (xxHash specification, section XXH32). */
function xxHash(bytes: Buffer, length: number): number {
  let at = 0;
  let hash: number;
  if (length >= 16) {
    let a = (PRIME_1 + PRIME_2) | 0;
    let b = PRIME_2 | 0;
    let c = 0;
    let d = -PRIME_1 | 0;
    for (; at + 16 <= length; at += 16) {
      a = xxRound(a, word(bytes, at));
      b = xxRound(b, word(bytes, at + 4));
      c = xxRound(c, word(bytes, at + 8));
      d = xxRound(d, word(bytes, at + 12));
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
  } else {
    hash = PRIME_5 | 0;
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) {
    hash = (hash + Math.imul(word(bytes, at), PRIME_3)) | 0;
    hash = Math.imul(rotate(hash, 17), PRIME_4);
  }
  for (; at < length; at++) {
    hash = (hash + Math.imul(bytes[at] ?? 0, PRIME_5)) | 0;
    hash = Math.imul(rotate(hash, 11), PRIME_1);
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function xxRound(accumulator: number, value: number): number {
  const sum = (accumulator + Math.imul(value, PRIME_2)) | 0;
  return Math.imul(rotate(sum, 13), PRIME_1);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function word(bytes: Buffer, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
