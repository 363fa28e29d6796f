import { equalBytes } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import { validateAcceptedEvent } from '../core/events/validate-event.ts';
import { canonicalBytes } from '../core/json/canonical-json.ts';
import type { JsonObject } from '../core/json/json-value.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { hashLeaf } from '../core/merkle/hash-leaf.ts';
import { toDigest } from '../core/to-digest.ts';
import { type DerivedColumns, deriveColumns } from './clickhouse/entry-rows.ts';
import { bodyDigest, parseLeaf, toEvent } from './leaf.ts';

/** A row of the entries table, every column as stored. */
export type EntryRow = {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly leaf: Uint8Array;
  readonly columns: DerivedColumns;
};

/** Digest of the body that a row's leaf names, if any. */
export function bodyDigestOf(row: EntryRow): string | undefined {
  const leaf = parseLeaf(row.leaf);
  return leaf === undefined ? undefined : bodyDigest(leaf);
}

/** Everything that is wrong with one row, derived from the bytes of its leaf alone. */
export function checkEntryRow(
  row: EntryRow,
  blobs: ReadonlyMap<string, Uint8Array>,
): readonly Problem[] {
  if (!equalBytes(hashLeaf(row.leaf), row.leafHash)) {
    return [mismatch('the leaf does not have its stored hash')];
  }
  const parsed = parseJson(row.leaf);
  const leaf = parseLeaf(row.leaf);
  if (!parsed.ok || leaf === undefined) return [mismatch('the leaf is not a JSON object')];
  if (!equalBytes(canonicalBytes(leaf), row.leaf)) {
    return [mismatch('the leaf is not canonical JSON')];
  }
  return checkEvent(row, leaf, blobs);
}

function checkEvent(
  row: EntryRow,
  leaf: JsonObject,
  blobs: ReadonlyMap<string, Uint8Array>,
): readonly Problem[] {
  const digest = bodyDigest(leaf);
  let event = toEvent(leaf, undefined);
  if (digest !== undefined) {
    const bytes = blobs.get(digest);
    if (bytes === undefined) return [mismatch(`the body ${digest} is not stored`)];
    if (toDigest(bytes) !== digest) {
      return [mismatch(`the stored body ${digest} has another digest`)];
    }
    const body = parseJson(bytes);
    if (!body.ok) return [mismatch(`the body ${digest} is not JSON`)];
    event = toEvent(leaf, body.value);
  }
  const valid = validateAcceptedEvent(event as unknown as JsonObject);
  if (!valid.ok) return [mismatch(`the leaf is not an event: ${valid.problem.message}`)];
  return differences(row.columns, deriveColumns(event)).map((name) =>
    mismatch(`column ${name} does not say what the leaf says`),
  );
}

function differences(stored: DerivedColumns, derived: DerivedColumns): readonly string[] {
  const expected = Object.entries(derived);
  const found = new Map<string, unknown>(Object.entries(stored));
  return expected
    .filter(([name, value]) => JSON.stringify(found.get(name)) !== JSON.stringify(value))
    .map(([name]) => name);
}

function mismatch(message: string): Problem {
  return problem('ledger.leaf-mismatch', message);
}
