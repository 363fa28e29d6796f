import { toBase64 } from '../../core/bytes.ts';
import { HASH_BYTES } from '../../core/merkle/hash-leaf.ts';
import type { StoredCheckpoint } from '../ledger.ts';
import type { ClickHouse, InsertTarget } from './click-house.ts';
import { createRowBinaryReader } from './row-binary.ts';
import { rowsOf } from './row-buffer.ts';
import { toColumnTime, tsvText, tsvTime } from './tsv.ts';

const COLUMNS = 'size, root, note, toUnixTimestamp64Milli(signed_at)';

const CHECKPOINTS: InsertTarget = {
  table: 'checkpoints',
  columns: ['shard', 'size', 'root_base64', 'note', 'signed_at'],
};

const LATEST = `
SELECT ${COLUMNS} FROM checkpoints WHERE shard = {shard:UInt32}
ORDER BY shard DESC, size DESC, root DESC LIMIT 1 BY size, root LIMIT 2 FORMAT RowBinary`;

const COVERING = `
SELECT ${COLUMNS} FROM checkpoints WHERE shard = {shard:UInt32} AND size > {index:UInt64}
ORDER BY shard, size, root LIMIT 1 FORMAT RowBinary`;

const PAGE = `
SELECT ${COLUMNS} FROM checkpoints WHERE shard = {shard:UInt32} AND size > {after:UInt64}
ORDER BY shard, size, root LIMIT 1 BY size, root LIMIT {limit:UInt32} FORMAT RowBinary`;

export async function insertCheckpoint(
  clickHouse: ClickHouse,
  checkpoint: StoredCheckpoint,
): Promise<void> {
  const { shard, size, root, note, signedAt } = checkpoint;
  await clickHouse.insert(
    CHECKPOINTS,
    rowsOf([
      `${shard}\t${size}\t${toBase64(root)}\t${tsvText(note)}\t${tsvTime(toColumnTime(signedAt))}\n`,
    ]),
  );
}

/** The checkpoint of the largest size; a second one of the same size has another root: a fork. */
export async function readLatestCheckpoints(
  clickHouse: ClickHouse,
  shard: number,
): Promise<readonly StoredCheckpoint[]> {
  const read = parse(shard, await clickHouse.bytes(LATEST, { shard }));
  return read.filter((checkpoint) => checkpoint.size === read[0]?.size);
}

export async function readCoveringCheckpoint(
  clickHouse: ClickHouse,
  shard: number,
  index: number,
): Promise<StoredCheckpoint | undefined> {
  return parse(shard, await clickHouse.bytes(COVERING, { shard, index }))[0];
}

/** Checkpoints with a size above `after`, ascending. */
export async function readCheckpoints(
  clickHouse: ClickHouse,
  shard: number,
  after: number,
  limit: number,
): Promise<readonly StoredCheckpoint[]> {
  return parse(shard, await clickHouse.bytes(PAGE, { shard, after, limit }));
}

function parse(shard: number, bytes: Uint8Array): StoredCheckpoint[] {
  const rows = createRowBinaryReader(bytes);
  const checkpoints: StoredCheckpoint[] = [];
  while (!rows.done()) {
    checkpoints.push({
      shard,
      size: rows.uint64(),
      root: rows.fixed(HASH_BYTES),
      note: Buffer.from(rows.string()).toString('utf8'),
      signedAt: new Date(rows.uint64()).toISOString(),
    });
  }
  return checkpoints;
}
