import * as crypto from 'node:crypto';

/** Bytes of every hash in the tree. */
export const HASH_BYTES = 32;

/** The root of the tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = crypto.createHash('sha256').digest();

const LARGEST_ENTRY = 65_535;
// One buffer per purpose, overwritten by every call: each call is done with it when it returns.
const leafInput = Buffer.alloc(1 + LARGEST_ENTRY);
const childrenInput = Buffer.alloc(1 + 2 * HASH_BYTES);
childrenInput[0] = 1;

/** SHA-256 of the bytes, 32 bytes long. */
export const sha256: (bytes: Uint8Array) => Uint8Array =
  // Node before 20.12 has no one-shot hash, which is about twice as fast; by way of the hexadecimal text, since a
  // buffer that the hash allocates itself is a piece of memory of its own.
  typeof crypto.hash === 'function'
    ? (bytes) => Buffer.from(crypto.hash('sha256', bytes, 'hex'), 'hex')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest();

/** The leaf hash of an entry's bytes: SHA-256(0x00 ‖ data), RFC 6962 section 2.1. */
export function hashLeaf(data: Uint8Array): Uint8Array {
  if (data.byteLength > LARGEST_ENTRY) {
    return crypto.createHash('sha256').update(leafInput.subarray(0, 1)).update(data).digest();
  }
  leafInput.set(data, 1);
  return sha256(leafInput.subarray(0, 1 + data.byteLength));
}

/**
 * The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1. Throws a
 * RangeError unless both are 32 bytes: another length would hash bytes of an earlier call.
 */
export function hashChildren(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.byteLength !== HASH_BYTES || right.byteLength !== HASH_BYTES) {
    throw new RangeError(
      `expected two hashes of 32 bytes, received ${left.byteLength} and ${right.byteLength}`,
    );
  }
  childrenInput.set(left, 1);
  childrenInput.set(right, 1 + HASH_BYTES);
  return sha256(childrenInput);
}
