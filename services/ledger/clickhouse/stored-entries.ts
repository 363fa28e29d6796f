import { ProvostError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json/json-value.ts';
import { HASH_BYTES } from '../../core/merkle/hash-leaf.ts';
import { bodyDigest, parseLeaf, toEvent } from '../leaf.ts';
import type { StoredEntry } from '../ledger.ts';
import type { ClickHouse } from './click-house.ts';
import { createRowBinaryReader } from './row-binary.ts';

const COLUMNS = 'shard, leaf_index, leaf_hash, leaf';

const RANGE = `
SELECT ${COLUMNS} FROM entries
WHERE shard = {shard:UInt32} AND leaf_index >= {from:UInt64} AND leaf_index < {to:UInt64}
ORDER BY shard, leaf_index, leaf_hash LIMIT 1 BY shard, leaf_index FORMAT RowBinary`;

const PLACES = `
SELECT ${COLUMNS} FROM entries
WHERE (shard, leaf_index) IN arrayZip({shards:Array(UInt32)}, {indexes:Array(UInt64)})
ORDER BY shard, leaf_index, leaf_hash LIMIT 1 BY shard, leaf_index FORMAT RowBinary`;

const BLOBS = `
SELECT digest, bytes FROM blobs WHERE digest IN {digests:Array(String)}
ORDER BY digest LIMIT 1 BY digest FORMAT RowBinary`;

/** Where an entry lies. */
export type Place = { readonly shard: number; readonly index: number };

type Row = Place & { readonly leaf: Uint8Array; readonly leafHash: Uint8Array };

/** Entries of the indexes from ≤ index < to, ascending, with the bodies that their leaves name by digest. */
export async function readRange(
  clickHouse: ClickHouse,
  shard: number,
  from: number,
  to: number,
): Promise<readonly StoredEntry[]> {
  return complete(clickHouse, await clickHouse.bytes(RANGE, { shard, from, to }));
}

/** The entries at some places, in the order of the places. Throws `ledger.entry-missing` when one is not there. */
export async function readPlaces(
  clickHouse: ClickHouse,
  places: readonly Place[],
): Promise<readonly StoredEntry[]> {
  if (places.length === 0) return [];
  const found = await complete(
    clickHouse,
    await clickHouse.bytes(PLACES, {
      shards: places.map((place) => place.shard),
      indexes: places.map((place) => place.index),
    }),
  );
  const byPlace = new Map(found.map((entry) => [`${entry.shard}/${entry.index}`, entry]));
  return places.map(({ shard, index }) => {
    const entry = byPlace.get(`${shard}/${index}`);
    if (entry !== undefined) return entry;
    throw new ProvostError('ledger.entry-missing', `no entry ${index} in shard ${shard}`);
  });
}

/** The stored bodies of some digests. */
export async function readBlobs(
  clickHouse: ClickHouse,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blobs = new Map<string, Uint8Array>();
  if (digests.length === 0) return blobs;
  const rows = createRowBinaryReader(await clickHouse.bytes(BLOBS, { digests }));
  while (!rows.done()) blobs.set(Buffer.from(rows.string()).toString('utf8'), rows.string());
  return blobs;
}

async function complete(clickHouse: ClickHouse, bytes: Uint8Array): Promise<StoredEntry[]> {
  const reader = createRowBinaryReader(bytes);
  const rows: Row[] = [];
  while (!reader.done()) {
    rows.push({
      shard: reader.uint32(),
      index: reader.uint64(),
      leafHash: reader.fixed(HASH_BYTES),
      leaf: reader.string(),
    });
  }
  const parsed = rows.map((row) => {
    const leaf = parseLeaf(row.leaf);
    if (leaf === undefined) throw unreadable(row, 'the leaf is not a JSON object');
    return { row, leaf, digest: bodyDigest(leaf) };
  });
  const digests = parsed.flatMap(({ digest }) => (digest === undefined ? [] : [digest]));
  const blobs = await readBlobs(clickHouse, [...new Set(digests)]);
  return parsed.map(({ row, leaf, digest }) => {
    if (digest === undefined) return { ...row, event: toEvent(leaf, undefined) };
    const body = blobs.get(digest);
    if (body === undefined) throw unreadable(row, `the body ${digest} is not stored`);
    return { ...row, event: toEvent(leaf, parseBody(row, body)) };
  });
}

function parseBody(place: Place, bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  } catch {
    throw unreadable(place, 'the body is not JSON');
  }
}

function unreadable({ shard, index }: Place, what: string): ProvostError {
  return new ProvostError('ledger.leaf-mismatch', `shard ${shard}, index ${index}: ${what}`);
}
