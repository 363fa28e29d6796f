import { toHex } from '../../services/core/bytes.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { canonicalBytes, canonicalJson } from '../../services/core/json/canonical-json.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { sha256 } from '../../services/core/merkle/hash-leaf.ts';

const LARGEST_LEAF = 65_535;

/** The leaf bytes of an event, and its data as a blob where that is too large for a leaf. */
export function leafOf(event: ProvostEvent): {
  readonly leaf: Uint8Array;
  readonly blob?: { readonly digest: string; readonly bytes: Uint8Array };
} {
  const leaf = canonicalBytes(toJson(event));
  if (leaf.byteLength <= LARGEST_LEAF) return { leaf };
  const { data, ...envelope } = event;
  const bytes = canonicalBytes(toJson(data));
  const digest = `sha256:${toHex(sha256(bytes))}`;
  const short = { ...envelope, data: { digest, size: bytes.byteLength } };
  return { leaf: canonicalBytes(toJson(short)), blob: { digest, bytes } };
}

/** The same for two deliveries of one event: what acceptance added does not count. */
export function fingerprintOf(event: ProvostEvent): string {
  const { receivedtime, project: _project, trust: _trust, time, ...sent } = event;
  return canonicalJson(toJson({ ...sent, time: time === receivedtime ? null : time }));
}

function toJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
