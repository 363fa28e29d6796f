import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signOneShot,
  verify as verifyOneShot,
} from 'node:crypto';

/** Bytes of a public key and of a private seed (RFC 8032 section 5.1.5). */
export const KEY_BYTES = 32;

/** Bytes of a signature: R ‖ S. */
export const SIGNATURE_BYTES = 64;

// RFC 8410: the DER in front of the 32 raw bytes is always the same.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key object of a raw public key. Throws a RangeError unless it has 32 bytes. */
export function toPublicKey(raw: Uint8Array): KeyObject {
  assertKeyBytes(raw);
  const key = Buffer.concat([SPKI_PREFIX, raw]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** The key object of a private seed. Throws a RangeError unless it has 32 bytes. */
export function toPrivateKey(seed: Uint8Array): KeyObject {
  assertKeyBytes(seed);
  const key = Buffer.concat([PKCS8_PREFIX, seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** The 32 raw bytes of the public half. Throws a TypeError on a key that is not Ed25519. */
export function toRawPublicKey(key: KeyObject): Uint8Array {
  assertEd25519(key);
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.byteLength);
}

/** The 32 secret bytes of a private key: for the key file, never for a log or an event. */
export function toSeed(key: KeyObject): Uint8Array {
  assertEd25519(key);
  return key.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.byteLength);
}

/** Signs the message itself (no prehash): 64 bytes, the same for the same key and message. */
export function sign(message: Uint8Array, privateKey: KeyObject): Uint8Array {
  assertEd25519(privateKey);
  return signOneShot(null, message, privateKey);
}

/**
 * Answers true only for a signature over exactly these bytes, and never throws on a hostile
 * signature. It is OpenSSL's cofactorless check: S must be reduced, and R must be the canonical
 * encoding of what is recomputed. In the words of the C2SP CCTV vectors, `low_order_residue` and
 * `non_canonical_R` are refused; low orders of A and R and a `non_canonical_A` are not. So a key
 * that an attacker chose can have one signature for many messages: verify only with keys from a
 * list that somebody trusts.
 */
export function verify(message: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  assertEd25519(publicKey);
  return verifyOneShot(null, message, publicKey, signature);
}

function assertKeyBytes(bytes: Uint8Array): void {
  if (bytes.byteLength !== KEY_BYTES) {
    throw new RangeError(`expected an Ed25519 key of 32 bytes, received ${bytes.byteLength}`);
  }
}

function assertEd25519(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new TypeError(`expected an Ed25519 key, received ${key.asymmetricKeyType ?? key.type}`);
  }
}
