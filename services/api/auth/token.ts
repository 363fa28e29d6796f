import { createHash } from 'node:crypto';
import { toHex } from '../../core/bytes.ts';

/** A new credential; `token` is shown once and kept nowhere, `hash` is what is stored. */
export type MintedToken = { readonly id: string; readonly token: string; readonly hash: string };

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const TOKEN = /^pvt_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

/** Makes a token with 256 bits of secret: `pvt_<id>_<secret>`, recognisable to secret scanners. */
export function mintToken(randomBytes: (size: number) => Uint8Array): MintedToken {
  const id = toHex(randomBytes(ID_BYTES));
  const secret = Buffer.from(randomBytes(SECRET_BYTES)).toString('base64url');
  const token = `pvt_${id}_${secret}`;
  return { id, token, hash: toHex(hashToken(token)) };
}

/** The id of a well-formed token, or undefined; says nothing about whether it is valid. */
export function tokenId(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** SHA-256 of the whole text. A plain hash is enough for 256 bits of randomness. */
export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
