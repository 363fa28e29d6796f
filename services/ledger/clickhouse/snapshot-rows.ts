import { toBase64 } from '../../core/bytes.ts';
import type { Snapshot, SnapshotOwner, SnapshotPart } from '../ledger.ts';
import type { ClickHouse } from './click-house.ts';
import { createRowBinaryReader } from './row-binary.ts';
import { rowsOf } from './row-buffer.ts';
import { tsvText } from './tsv.ts';

const OWNED =
  'consumer = {consumer:String} AND shard = {shard:UInt32} AND format = {format:UInt32}';

const LATEST = `
SELECT next_index, state FROM snapshots WHERE ${OWNED} AND part = ''
ORDER BY next_index DESC LIMIT 1 FORMAT RowBinary`;

const NAMES = `
SELECT part FROM snapshots WHERE ${OWNED} AND part != ''
GROUP BY part ORDER BY part FORMAT RowBinary`;

const PARTS = `
SELECT part, next_index, state FROM snapshots WHERE ${OWNED} AND part IN {parts:Array(String)}
ORDER BY part, next_index DESC LIMIT 1 BY part FORMAT RowBinary`;

// A result is held in memory whole, and bound names travel in the address of a request.
const PARTS_AT_ONCE = 64;

const SNAPSHOTS = {
  table: 'snapshots',
  columns: ['consumer', 'shard', 'format', 'part', 'next_index', 'state_base64'],
} as const;

export async function insertSnapshot(clickHouse: ClickHouse, snapshot: Snapshot): Promise<void> {
  await clickHouse.insert(SNAPSHOTS, rowsOf([toRow(snapshot, { ...snapshot, name: '' })]));
}

export async function insertSnapshotParts(
  clickHouse: ClickHouse,
  owner: SnapshotOwner,
  parts: readonly SnapshotPart[],
): Promise<void> {
  if (parts.length === 0) return;
  await clickHouse.insert(SNAPSHOTS, rowsOf(parts.map((part) => toRow(owner, part))));
}

export async function readLatestSnapshot(
  clickHouse: ClickHouse,
  owner: SnapshotOwner,
): Promise<Snapshot | undefined> {
  const rows = createRowBinaryReader(await clickHouse.bytes(LATEST, owner));
  if (rows.done()) return undefined;
  return { ...owner, nextIndex: rows.uint64(), state: rows.string() };
}

export async function* readSnapshotParts(
  clickHouse: ClickHouse,
  owner: SnapshotOwner,
  names?: readonly string[],
): AsyncIterable<readonly SnapshotPart[]> {
  const wanted = names ?? (await readNames(clickHouse, owner));
  for (let at = 0; at < wanted.length; at += PARTS_AT_ONCE) {
    const parts = wanted.slice(at, at + PARTS_AT_ONCE);
    yield await readParts(clickHouse, { ...owner, parts });
  }
}

async function readNames(clickHouse: ClickHouse, owner: SnapshotOwner): Promise<string[]> {
  const rows = createRowBinaryReader(await clickHouse.bytes(NAMES, owner));
  const names: string[] = [];
  while (!rows.done()) names.push(fromUtf8(rows.string()));
  return names;
}

async function readParts(
  clickHouse: ClickHouse,
  wanted: SnapshotOwner & { readonly parts: readonly string[] },
): Promise<readonly SnapshotPart[]> {
  const rows = createRowBinaryReader(await clickHouse.bytes(PARTS, wanted));
  const parts: SnapshotPart[] = [];
  while (!rows.done()) {
    parts.push({
      name: fromUtf8(rows.string()),
      nextIndex: rows.uint64(),
      state: rows.string(),
    });
  }
  return parts;
}

function toRow({ consumer, shard, format }: SnapshotOwner, part: SnapshotPart): string {
  const place = `${tsvText(consumer)}\t${shard}\t${format}\t${tsvText(part.name)}`;
  return `${place}\t${part.nextIndex}\t${toBase64(part.state)}\n`;
}

function fromUtf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
