import { problem } from '../core/errors.ts';
import { consistencyProof, inclusionProof } from '../core/merkle/proofs.ts';
import { fail, ok } from '../core/outcome.ts';
import {
  readCheckpoints,
  readCoveringCheckpoint,
  readLatestCheckpoints,
} from './clickhouse/checkpoint-rows.ts';
import type { ClickHouse } from './clickhouse/click-house.ts';
import { readCommittedSize, readCommittedSizes } from './clickhouse/committed-sizes.ts';
import { searchEntries } from './clickhouse/search-entries.ts';
import {
  insertSnapshot,
  insertSnapshotParts,
  readLatestSnapshot,
  readSnapshotParts,
} from './clickhouse/snapshot-rows.ts';
import { readBlobs, readRange } from './clickhouse/stored-entries.ts';
import { readTagHistory } from './clickhouse/tag-history.ts';
import { createStoredTileReader } from './clickhouse/tile-rows.ts';
import { checkLedger } from './fsck.ts';
import type { Ledger } from './ledger.ts';

type LedgerOptions = {
  readonly clickHouse: ClickHouse;
  /** Keys that may have signed checkpoints (`name+id+base64`): the current one and those before it. */
  readonly verifierKeys: readonly string[];
  readonly origin: string;
};

// Leaves have at most 64 KiB, usually about 1 kB: a page stays within some megabytes.
const SCAN_PAGE = 1024;
const MAX_CHECKPOINTS = 1000;

/** Answers from committed entries only: those that a signed checkpoint covers. */
export function createLedger({ clickHouse, verifierKeys, origin }: LedgerOptions): Ledger {
  const missing = (shard: number, what: string) =>
    fail(problem('ledger.entry-missing', `shard ${shard}: ${what}`));
  return {
    shards: async () => [...(await readCommittedSizes(clickHouse)).keys()],
    size: (shard) => readCommittedSize(clickHouse, shard),
    entry: async (shard, index) => {
      if (index >= (await readCommittedSize(clickHouse, shard))) return undefined;
      return (await readRange(clickHouse, shard, index, index + 1))[0];
    },
    search: (query) => searchEntries(clickHouse, query),
    scan: async function* (shard, from, to) {
      const end = Math.min(to, await readCommittedSize(clickHouse, shard));
      for (let at = Math.max(0, from); at < end; at += SCAN_PAGE) {
        yield* await readRange(clickHouse, shard, at, Math.min(at + SCAN_PAGE, end));
      }
    },
    latestCheckpoint: async (shard) => (await readLatestCheckpoints(clickHouse, shard))[0],
    checkpointCovering: (shard, index) => readCoveringCheckpoint(clickHouse, shard, index),
    checkpoints: (shard, { after, limit }) =>
      readCheckpoints(clickHouse, shard, after ?? 0, Math.min(limit, MAX_CHECKPOINTS)),
    inclusionProof: async (shard, index, size) => {
      const committed = await readCommittedSize(clickHouse, shard);
      if (size > committed || index >= size) {
        return missing(
          shard,
          `no entry ${index} in a tree of size ${size}, which has ${committed}`,
        );
      }
      return ok(await inclusionProof(index, size, createStoredTileReader(clickHouse, shard)));
    },
    consistencyProof: async (shard, from, to) => {
      const committed = await readCommittedSize(clickHouse, shard);
      if (to > committed || from < 1 || from > to) {
        return missing(shard, `no proof from size ${from} to ${to} in a tree of size ${committed}`);
      }
      return ok(await consistencyProof(from, to, createStoredTileReader(clickHouse, shard)));
    },
    tagHistory: (query) => readTagHistory(clickHouse, query),
    blob: async (digest) => (await readBlobs(clickHouse, [digest])).get(digest),
    fsck: (options) =>
      checkLedger({
        clickHouse,
        verifierKeys,
        origin,
        ...(options?.shard === undefined ? {} : { shard: options.shard }),
      }),
    saveSnapshot: (snapshot) => insertSnapshot(clickHouse, snapshot),
    latestSnapshot: (consumer, shard, format) =>
      readLatestSnapshot(clickHouse, { consumer, shard, format }),
    saveSnapshotParts: (owner, parts) => insertSnapshotParts(clickHouse, owner, parts),
    snapshotParts: (owner, names) => readSnapshotParts(clickHouse, owner, names),
  };
}
