import { canonicalBytes } from '../core/json/canonical-json.ts';
import type { JsonValue } from '../core/json/json-value.ts';
import { NEWLINE, type Position } from './pack-format.ts';

/** A finding and where its event stands, as one line of findings.ndjson. */
export function findingLine({ shard, index }: Position, finding: JsonValue): Uint8Array {
  return Buffer.concat([canonicalBytes({ entry: { index, shard }, finding }), NEWLINE]);
}
