import { toBase64 } from '../../core/bytes.ts';
import type { Snapshot } from '../ledger.ts';
import type { ClickHouse } from './click-house.ts';
import { createRowBinaryReader } from './row-binary.ts';
import { rowsOf } from './row-buffer.ts';
import { tsvText } from './tsv.ts';

const LATEST = `
SELECT next_index, state FROM snapshots
WHERE consumer = {consumer:String} AND shard = {shard:UInt32} AND format = {format:UInt32}
ORDER BY next_index DESC LIMIT 1 FORMAT RowBinary`;

const SNAPSHOTS = {
  table: 'snapshots',
  columns: ['consumer', 'shard', 'format', 'next_index', 'state_base64'],
} as const;

export async function insertSnapshot(clickHouse: ClickHouse, snapshot: Snapshot): Promise<void> {
  const { consumer, shard, format, nextIndex, state } = snapshot;
  await clickHouse.insert(
    SNAPSHOTS,
    rowsOf([`${tsvText(consumer)}\t${shard}\t${format}\t${nextIndex}\t${toBase64(state)}\n`]),
  );
}

export async function readLatestSnapshot(
  clickHouse: ClickHouse,
  consumer: string,
  shard: number,
  format: number,
): Promise<Snapshot | undefined> {
  const rows = createRowBinaryReader(await clickHouse.bytes(LATEST, { consumer, shard, format }));
  if (rows.done()) return undefined;
  return { consumer, shard, format, nextIndex: rows.uint64(), state: rows.string() };
}
