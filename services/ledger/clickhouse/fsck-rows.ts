import { HASH_BYTES } from '../../core/merkle/hash-leaf.ts';
import type { EntryRow } from '../fsck-entry.ts';
import type { ClickHouse } from './click-house.ts';
import { createRowBinaryReader, type RowBinaryReader } from './row-binary.ts';

/** A tile as stored, root included. */
export type TileRow = {
  readonly index: number;
  readonly root: Uint8Array;
  readonly hashes: Uint8Array;
};

const ENTRIES = `
SELECT leaf_index, leaf_hash, leaf, toString(source), id, toString(type), toString(project),
  toUnixTimestamp64Milli(time), toUnixTimestamp64Milli(received_time),
  toString(repository), digests, tags, toString(actor)
FROM entries WHERE shard = {shard:UInt32} AND leaf_index >= {from:UInt64} AND leaf_index < {to:UInt64}
ORDER BY leaf_index, leaf_hash FORMAT RowBinary`;

const TILES = `
SELECT tile_index, root, hashes FROM tiles
WHERE shard = {shard:UInt32} AND level = {level:UInt8} AND tile_index >= {from:UInt64} AND tile_index < {to:UInt64}
ORDER BY tile_index, root FORMAT RowBinary`;

const REPEATED = `
SELECT source, id, arraySort(groupUniqArray((leaf_index, toUnixTimestamp64Milli(received_time)))) AS places
FROM entries WHERE shard = {shard:UInt32} AND leaf_index < {size:UInt64}
GROUP BY source, id HAVING uniqExact(leaf_index) > 1 LIMIT 1000
SETTINGS max_bytes_before_external_group_by = 268435456`;

/** Every stored row of the indexes from ≤ index < to, repeated and forked ones too. */
export async function readEntryRows(
  clickHouse: ClickHouse,
  shard: number,
  from: number,
  to: number,
): Promise<readonly EntryRow[]> {
  const rows = createRowBinaryReader(await clickHouse.bytes(ENTRIES, { shard, from, to }));
  const text = () => Buffer.from(rows.string()).toString('utf8');
  const found: EntryRow[] = [];
  while (!rows.done()) {
    found.push({
      index: rows.uint64(),
      leafHash: rows.fixed(HASH_BYTES),
      leaf: rows.string(),
      columns: {
        source: text(),
        id: text(),
        type: text(),
        project: text(),
        time: rows.uint64(),
        receivedTime: rows.uint64(),
        repository: text(),
        digests: texts(rows),
        tags: texts(rows),
        actor: text(),
      },
    });
  }
  return found;
}

/** Every stored row of the tiles from ≤ index < to of a level. */
export async function readTileRows(
  clickHouse: ClickHouse,
  shard: number,
  level: number,
  from: number,
  to: number,
): Promise<readonly TileRow[]> {
  const rows = createRowBinaryReader(await clickHouse.bytes(TILES, { shard, level, from, to }));
  const found: TileRow[] = [];
  while (!rows.done()) {
    found.push({ index: rows.uint64(), root: rows.fixed(HASH_BYTES), hashes: rows.string() });
  }
  return found;
}

/** Entries that share source and id: index and received time of each, ascending by index. */
export async function readRepeatedIdentities(
  clickHouse: ClickHouse,
  shard: number,
  size: number,
): Promise<readonly (readonly { readonly index: number; readonly receivedAt: number }[])[]> {
  type Row = { readonly places: readonly (readonly [string | number, string | number])[] };
  const rows = await clickHouse.rows<Row>(REPEATED, { shard, size });
  return rows.map((row) =>
    row.places.map(([index, receivedAt]) => ({
      index: Number(index),
      receivedAt: Number(receivedAt),
    })),
  );
}

function texts(rows: RowBinaryReader): readonly string[] {
  return rows.array(() => Buffer.from(rows.string()).toString('utf8'));
}
