import { toBase64 } from '../../core/bytes.ts';
import { ProvostError } from '../../core/errors.ts';
import { HASH_BYTES } from '../../core/merkle/hash-leaf.ts';
import { TILE_WIDTH, type TileReader } from '../../core/merkle/tiles.ts';
import type { CompletedTile } from '../tile-builder.ts';
import type { ClickHouse, InsertTarget } from './click-house.ts';
import { createRowBinaryReader } from './row-binary.ts';
import { rowsOf } from './row-buffer.ts';

const TILES: InsertTarget = {
  table: 'tiles',
  columns: ['shard', 'level', 'tile_index', 'root_base64', 'hashes_base64'],
};

const FULL_TILE = `
SELECT hashes FROM tiles
WHERE shard = {shard:UInt32} AND level = {level:UInt8} AND tile_index = {index:UInt64}
ORDER BY root LIMIT 1 FORMAT RowBinary`;

const TILE_ROOTS = `
SELECT tile_index, root FROM tiles
WHERE shard = {shard:UInt32} AND level = {level:UInt8} AND tile_index >= {from:UInt64} AND tile_index < {to:UInt64}
ORDER BY tile_index, root LIMIT 1 BY tile_index FORMAT RowBinary`;

const LEAF_HASHES = `
SELECT leaf_index, leaf_hash FROM entries
WHERE shard = {shard:UInt32} AND leaf_index >= {from:UInt64} AND leaf_index < {to:UInt64}
GROUP BY leaf_index, leaf_hash ORDER BY leaf_index, leaf_hash FORMAT RowBinary`;

/** A leaf's place and hash as stored; a fork shows as two of one index. */
type StoredHash = { readonly index: number; readonly hash: Uint8Array };

/** The distinct leaf hashes of the indexes from ≤ index < to, ascending. */
export async function readLeafHashes(
  clickHouse: ClickHouse,
  shard: number,
  from: number,
  to: number,
): Promise<readonly StoredHash[]> {
  return readHashes(await clickHouse.bytes(LEAF_HASHES, { shard, from, to }));
}

export async function insertTiles(
  clickHouse: ClickHouse,
  shard: number,
  tiles: readonly CompletedTile[],
): Promise<void> {
  await clickHouse.insert(
    TILES,
    rowsOf(
      tiles.map(
        ({ level, index, root, hashes }) =>
          `${shard}\t${level}\t${index}\t${toBase64(root)}\t${toBase64(hashes)}\n`,
      ),
    ),
  );
}

/**
 * Reads the tiles of a shard: full ones as stored, partial ones from what they are made of (leaf hashes, or the roots
 * of the full tiles below). Rejects with `ledger.tile-mismatch` when a hash is missing.
 */
export function createStoredTileReader(clickHouse: ClickHouse, shard: number): TileReader {
  return async (level, index, width) => {
    if (width === TILE_WIDTH) {
      const rows = createRowBinaryReader(
        await clickHouse.bytes(FULL_TILE, { shard, level, index }),
      );
      if (!rows.done()) return rows.string();
    }
    const from = index * TILE_WIDTH;
    const to = from + width;
    const parts =
      level === 0
        ? await readLeafHashes(clickHouse, shard, from, to)
        : readHashes(await clickHouse.bytes(TILE_ROOTS, { shard, level: level - 1, from, to }));
    const tile = Buffer.alloc(width * HASH_BYTES);
    let next = from;
    for (const { index: at, hash } of parts) {
      if (at !== next) break;
      tile.set(hash, (at - from) * HASH_BYTES);
      next++;
    }
    if (next < to || parts.length !== width) {
      throw new ProvostError(
        'ledger.tile-mismatch',
        `shard ${shard}, tile ${level}/${index}: expected ${width} hashes from ${from} on, found ${parts.length}`,
      );
    }
    return tile;
  };
}

function readHashes(bytes: Uint8Array): StoredHash[] {
  const rows = createRowBinaryReader(bytes);
  const hashes: StoredHash[] = [];
  while (!rows.done()) hashes.push({ index: rows.uint64(), hash: rows.fixed(HASH_BYTES) });
  return hashes;
}
