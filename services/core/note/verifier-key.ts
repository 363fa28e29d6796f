import type { KeyObject } from 'node:crypto';
import { fromBase64, toBase64, toHex, utf8 } from '../bytes.ts';
import { type Problem, problem } from '../errors.ts';
import { sha256 } from '../merkle/hash-leaf.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { KEY_BYTES, toPublicKey, toRawPublicKey } from './ed25519.ts';

/** Signature types of C2SP signed-note that are understood: Ed25519, and a witness's timestamped one. */
export type SignatureType = typeof ED25519 | typeof COSIGNATURE;

/** A public key that a verifier was told to trust under a name; `id` is 8 hex digits. */
export type VerifierKey = {
  readonly name: string;
  readonly id: string;
  readonly type: SignatureType;
  readonly publicKey: KeyObject;
};

/** An Ed25519 signature over the note's text (C2SP signed-note). */
export const ED25519 = 0x01;

/** An Ed25519 signature over a time and a checkpoint (C2SP tlog-cosignature). */
export const COSIGNATURE = 0x04;

const KEY_ID_BYTES = 4;
const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/;
const NOT_IN_NAME = /[\p{White_Space}\p{Cc}\p{Surrogate}+]/u;

/** The key ID that notes carry: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), as hex. */
export function keyId(name: string, type: number, publicKeyRaw: Uint8Array): string {
  const head = utf8(`${name}\n`);
  const input = new Uint8Array(head.byteLength + 1 + publicKeyRaw.byteLength);
  input.set(head);
  input[head.byteLength] = type;
  input.set(publicKeyRaw, head.byteLength + 1);
  return toHex(sha256(input).subarray(0, KEY_ID_BYTES));
}

/** The verifier key text `name+id+base64(type ‖ key)`. Throws a RangeError on what cannot be one. */
export function formatVerifierKey(
  name: string,
  publicKeyRaw: Uint8Array,
  type: SignatureType = ED25519,
): string {
  assertKeyName(name);
  if (publicKeyRaw.byteLength !== KEY_BYTES) {
    throw new RangeError(`expected a public key of 32 bytes, received ${publicKeyRaw.byteLength}`);
  }
  const material = toBase64(Uint8Array.of(type, ...publicKeyRaw));
  return `${name}+${keyId(name, type, publicKeyRaw)}+${material}`;
}

/** Reads a verifier key, and refuses one whose ID is not the hash of its name and key. */
export function parseVerifierKey(text: string): Outcome<VerifierKey, Problem> {
  const [, name, id, encoded] = VERIFIER_KEY.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name)) {
    return malformed('expected a verifier key: name+8 hex digits+base64');
  }
  const material = fromBase64(encoded);
  if (material === undefined) return malformed('expected canonical base64 in a verifier key');
  const type = material[0];
  if (type !== ED25519 && type !== COSIGNATURE) {
    return malformed(`expected a verifier key of type 1 or 4, received type ${type}`);
  }
  const raw = material.subarray(1);
  if (raw.byteLength !== KEY_BYTES) {
    return malformed(`expected a public key of 32 bytes, received ${raw.byteLength}`);
  }
  if (keyId(name, type, raw) !== id) {
    return malformed('the ID in a verifier key is not that of its name and key');
  }
  return ok({ name, id, type, publicKey: toPublicKey(raw) });
}

/** The text that {@link parseVerifierKey} reads back as the same key. */
export function verifierKeyText({ name, type, publicKey }: VerifierKey): string {
  return formatVerifierKey(name, toRawPublicKey(publicKey), type);
}

/** The same public key under another name, for another log or shard of its owner. Throws a RangeError on what cannot name a key. */
export function renameVerifierKey(key: VerifierKey, name: string): VerifierKey {
  assertKeyName(name);
  return { ...key, name, id: keyId(name, key.type, toRawPublicKey(key.publicKey)) };
}

/** Tells whether a text can name a key: not empty, without white space, control characters and plus. */
export function isKeyName(text: string): boolean {
  return text.length > 0 && !NOT_IN_NAME.test(text);
}

/** Throws a RangeError unless the text can name a key. */
export function assertKeyName(text: string): void {
  if (!isKeyName(text)) {
    throw new RangeError('expected a key name without white space, control characters and plus');
  }
}

function malformed(message: string) {
  return fail(problem('note.malformed', message));
}
