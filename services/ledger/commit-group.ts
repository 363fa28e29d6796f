import { equalBytes, toBase64 } from '../core/bytes.ts';
import { FatalError, ProvostError } from '../core/errors.ts';
import { insertCheckpoint } from './clickhouse/checkpoint-rows.ts';
import type { ClickHouse } from './clickhouse/click-house.ts';
import { ENTRIES } from './clickhouse/entry-rows.ts';
import { type RowBuffer, rowsOf } from './clickhouse/row-buffer.ts';
import { insertTiles, readLeafHashes } from './clickhouse/tile-rows.ts';
import type { Blob } from './leaf.ts';
import type { StoredCheckpoint, StoredEntry } from './ledger.ts';
import type { CompletedTile } from './tile-builder.ts';

/** Staged entries that are stored with one insert and covered by one signature; indexes are dense from `first` on. */
export type Group = {
  readonly first: number;
  readonly entries: StoredEntry[];
  readonly rows: RowBuffer;
  readonly blobs: Blob[];
  readonly tiles: CompletedTile[];
};

/**
 * First half of a commit: bodies, then entries, each durable before the next. A crash after the bodies leaves bodies
 * that nothing names; one in the middle of the entries leaves some of the rows, and the same events will be given the
 * same indexes again.
 */
export async function storeGroup(clickHouse: ClickHouse, group: Group): Promise<void> {
  if (group.blobs.length > 0) {
    await clickHouse.insert(
      { table: 'blobs', columns: ['digest', 'bytes_base64'] },
      rowsOf(group.blobs.map(({ digest, bytes }) => `${digest}\t${toBase64(bytes)}\n`)),
    );
  }
  await clickHouse.insert(ENTRIES, group.rows.bytes());
}

/**
 * Second half: what storage now says is compared with what was staged, and only then the checkpoint is signed and
 * stored. A crash before the tiles or the checkpoint leaves entries that recovery adopts and signs.
 */
export async function signGroup(
  clickHouse: ClickHouse,
  shard: number,
  group: Group,
  sign: () => StoredCheckpoint,
): Promise<StoredCheckpoint> {
  await Promise.all([
    insertTiles(clickHouse, shard, group.tiles),
    assertStored(clickHouse, shard, group),
  ]);
  const checkpoint = sign();
  await insertCheckpoint(clickHouse, checkpoint);
  return checkpoint;
}

/** The engine computed the stored hashes from the bytes that it received, so this covers the way there, too. */
async function assertStored(clickHouse: ClickHouse, shard: number, group: Group): Promise<void> {
  const { first, entries } = group;
  const stored = await readLeafHashes(clickHouse, shard, first, first + entries.length);
  let at = 0;
  for (const entry of entries) {
    const found = stored[at++];
    if (found === undefined || found.index !== entry.index) {
      throw new ProvostError(
        'ledger.unavailable',
        `shard ${shard}, index ${entry.index}: inserted but not there to be read`,
      );
    }
    const second = stored[at];
    if (!equalBytes(found.hash, entry.leafHash) || second?.index === entry.index) {
      throw new FatalError(
        'ledger.fork',
        `shard ${shard}, index ${entry.index}: storage has another leaf than the one staged`,
      );
    }
  }
}
