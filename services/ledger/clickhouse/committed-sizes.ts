import type { ClickHouse } from './click-house.ts';

const SIZES =
  'SELECT shard, toString(max(size)) AS size FROM checkpoints GROUP BY shard ORDER BY shard';

const SIZE = `SELECT toString(max(size)) AS size FROM checkpoints WHERE shard = {shard:UInt32}`;

/** Entries that a signed checkpoint covers, per shard that has any: what readers may see. */
export async function readCommittedSizes(
  clickHouse: ClickHouse,
): Promise<ReadonlyMap<number, number>> {
  const rows = await clickHouse.rows<{ shard: number; size: string }>(SIZES);
  return new Map(rows.map((row) => [Number(row.shard), Number(row.size)]));
}

/** The same for one shard; 0 when it has none. */
export async function readCommittedSize(clickHouse: ClickHouse, shard: number): Promise<number> {
  const [row] = await clickHouse.rows<{ size: string }>(SIZE, { shard });
  return Number(row?.size ?? 0);
}
