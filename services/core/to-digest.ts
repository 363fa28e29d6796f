import { toHex } from './bytes.ts';
import { sha256 } from './merkle/hash-leaf.ts';

/** The SHA-256 digest of the bytes as events and manifests write it: `sha256:` and lower-case hex. */
export function toDigest(bytes: Uint8Array): string {
  return `sha256:${toHex(sha256(bytes))}`;
}
