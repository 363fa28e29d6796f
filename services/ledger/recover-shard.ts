import { FatalError } from '../core/errors.ts';
import { assertVerifierKeys } from '../core/note/parse-verifier-keys.ts';
import { openNote, parseNote } from '../core/note/signed-note.ts';
import type { VerifierKey } from '../core/note/verifier-key.ts';
import { readLatestCheckpoints } from './clickhouse/checkpoint-rows.ts';
import type { ClickHouse } from './clickhouse/click-house.ts';
import { createRowBinaryReader } from './clickhouse/row-binary.ts';
import { createStoredTileReader, insertTiles, readLeafHashes } from './clickhouse/tile-rows.ts';
import { FORMER_KEYS } from './former-keys.ts';
import { checkCheckpoint } from './fsck-checkpoint.ts';
import { createIdentityFilter, type IdentityFilter } from './identity-filter.ts';
import type { StoredCheckpoint } from './ledger.ts';
import { type CompletedTile, createTileBuilder, type TileBuilder } from './tile-builder.ts';

/** What a writer knows of its shard before the first append; the tree may be larger than the checkpoint says. */
type RecoveredShard = {
  readonly tree: TileBuilder;
  readonly identities: IdentityFilter;
  readonly checkpoint: StoredCheckpoint | undefined;
};

type RecoverOptions = {
  readonly clickHouse: ClickHouse;
  readonly shard: number;
  /** Keys whose checkpoints are gone on from. */
  readonly verifierKeys: readonly string[];
  readonly origin: string;
  /** Identities received before this moment (milliseconds) are not looked for. */
  readonly receivedSince: number;
};

const PAGE = 65_536;

const DENSITY = `
SELECT count() AS indexes, countIf(hashes > 1) AS forks, minIf(leaf_index, hashes > 1) AS first_fork
FROM (
  SELECT leaf_index, uniqExact(leaf_hash) AS hashes FROM entries
  WHERE shard = {shard:UInt32} AND leaf_index < {size:UInt64}
  GROUP BY leaf_index SETTINGS optimize_aggregation_in_order = 1
)`;

const DAMAGED = `
SELECT min(leaf_index) AS first, count() AS damaged FROM entries
WHERE shard = {shard:UInt32} AND leaf_index >= {from:UInt64} AND leaf_index < {to:UInt64}
AND leaf_hash != SHA256(concat(char(0), leaf))`;

const IDENTITIES = `
SELECT murmurHash3_32(concat(source, char(0), id)), xxHash32(concat(source, char(0), id)),
  toUnixTimestamp64Milli(received_time)
FROM entries
WHERE shard = {shard:UInt32} AND leaf_index >= {from:UInt64} AND leaf_index < {to:UInt64}
AND received_time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
FORMAT RowBinary`;

/**
 * Derives the state of a shard from storage alone, the same after a clean stop and after a crash at any step:
 * - a known key signed the last checkpoint, the tree that it signed is still there, dense and without a second leaf anywhere;
 * - entries after it (a crash before the checkpoint) are adopted as far as they are dense; what lies beyond a hole
 *   (a crash in the middle of an insert) is left for the same events, which come again and land on the same index;
 * - tiles that the adopted entries complete are written again (a crash before the tiles).
 * Throws a `FatalError` when any of it does not hold.
 */
export async function recoverShard(options: RecoverOptions): Promise<RecoveredShard> {
  const { clickHouse, shard } = options;
  const keys = assertVerifierKeys(options.verifierKeys);
  const checkpoint = await readLastCheckpoint(clickHouse, shard);
  if (checkpoint !== undefined) assertKnownKey(checkpoint, keys);
  const signed = checkpoint?.size ?? 0;
  await assertDense(clickHouse, shard, signed);
  const tree = await createTileBuilder(signed, createStoredTileReader(clickHouse, shard));
  const wrong = checkpoint && checkCheckpoint(checkpoint, tree.root(), keys, options.origin);
  if (wrong !== undefined) throw new FatalError(wrong.code, `shard ${shard}, ${wrong.message}`);
  const tiles = await adoptTail(clickHouse, shard, tree);
  if (tiles.length > 0) await insertTiles(clickHouse, shard, tiles);
  return { tree, identities: await readIdentities(options, tree.size()), checkpoint };
}

async function readLastCheckpoint(
  clickHouse: ClickHouse,
  shard: number,
): Promise<StoredCheckpoint | undefined> {
  const [checkpoint, other] = await readLatestCheckpoints(clickHouse, shard);
  if (checkpoint === undefined || other === undefined) return checkpoint;
  const at = `shard ${shard}, checkpoint of size ${checkpoint.size}`;
  throw new FatalError('ledger.fork', `${at}: two roots are signed`);
}

/** Going on from a stranger's checkpoint would sign, with our key, whatever the stranger put into the tree. */
function assertKnownKey(
  { shard, size, note }: StoredCheckpoint,
  keys: readonly VerifierKey[],
): void {
  const opened = openNote(note, keys);
  if (opened.ok || opened.problem.code !== 'note.unknown-key') return;
  const parsed = parseNote(note);
  const [signature] = parsed.ok ? parsed.value.signatures : [];
  throw new FatalError(
    'key.unknown',
    `shard ${shard}: its last checkpoint, of size ${size}, is signed by the key ${signature?.name}+${signature?.keyId}, which is neither the signing key nor in ${FORMER_KEYS}: if the signing key was replaced, add the verifier key that begins so to ${FORMER_KEYS} beside it; if not, somebody else signed it, and the ledger must not go on`,
  );
}

async function assertDense(clickHouse: ClickHouse, shard: number, size: number): Promise<void> {
  const [found] = await clickHouse.rows<{ indexes: number; forks: number; first_fork: number }>(
    DENSITY,
    { shard, size },
  );
  if (Number(found?.forks ?? 0) > 0) throw fork(shard, Number(found?.first_fork ?? 0));
  const indexes = Number(found?.indexes ?? 0);
  if (indexes !== size) {
    throw new FatalError(
      'ledger.not-dense',
      `shard ${shard}: ${size} entries are signed, ${indexes} are stored`,
    );
  }
}

async function adoptTail(
  clickHouse: ClickHouse,
  shard: number,
  tree: TileBuilder,
): Promise<readonly CompletedTile[]> {
  const tiles: CompletedTile[] = [];
  for (;;) {
    const from = tree.size();
    const page = await readLeafHashes(clickHouse, shard, from, from + PAGE);
    let previous = -1;
    for (const { index, hash } of page) {
      if (index === previous) throw fork(shard, index);
      previous = index;
      if (index === tree.size()) tiles.push(...tree.append(hash));
    }
    const to = tree.size();
    if (to === from) return tiles;
    const [found] = await clickHouse.rows<{ first: number; damaged: number }>(DAMAGED, {
      shard,
      from,
      to,
    });
    if (Number(found?.damaged ?? 0) > 0) {
      throw new FatalError(
        'ledger.leaf-mismatch',
        `shard ${shard}, index ${found?.first}: the leaf does not have its stored hash`,
      );
    }
    if (to < from + PAGE) return tiles;
  }
}

async function readIdentities(
  { clickHouse, shard, receivedSince }: RecoverOptions,
  size: number,
): Promise<IdentityFilter> {
  const identities = createIdentityFilter(receivedSince);
  const step = PAGE * 8;
  for (let from = 0; from < size; from += step) {
    const rows = createRowBinaryReader(
      await clickHouse.bytes(IDENTITIES, {
        shard,
        from,
        to: Math.min(from + step, size),
        since: Math.max(0, receivedSince),
      }),
    );
    while (!rows.done()) {
      const identity = { first: rows.uint32(), second: rows.uint32() };
      identities.add(identity, rows.uint64());
    }
  }
  return identities;
}

function fork(shard: number, index: number): FatalError {
  return new FatalError('ledger.fork', `shard ${shard}, index ${index}: two leaves are stored`);
}
