import { canonicalBytes } from '../core/json/canonical-json.ts';
import type { JsonValue } from '../core/json/json-value.ts';
import { toDigest } from '../core/to-digest.ts';

/** The canonical bytes of the data that a leaf names by digest, or undefined when the data is another. */
export function bodyBytes(data: unknown, digest: string): Uint8Array | undefined {
  // Events are parsed JSON, which a union of sixty schemas does not tell the compiler.
  const bytes = canonicalBytes(data as JsonValue);
  return toDigest(bytes) === digest ? bytes : undefined;
}
