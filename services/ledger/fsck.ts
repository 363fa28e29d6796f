import { equalBytes } from '../core/bytes.ts';
import { problem } from '../core/errors.ts';
import { HASH_BYTES } from '../core/merkle/hash-leaf.ts';
import { TILE_WIDTH } from '../core/merkle/tiles.ts';
import { assertVerifierKeys } from '../core/note/parse-verifier-keys.ts';
import type { VerifierKey } from '../core/note/verifier-key.ts';
import { readCheckpoints } from './clickhouse/checkpoint-rows.ts';
import type { ClickHouse } from './clickhouse/click-house.ts';
import { readCommittedSizes } from './clickhouse/committed-sizes.ts';
import {
  readEntryRows,
  readRepeatedIdentities,
  readTileRows,
  type TileRow,
} from './clickhouse/fsck-rows.ts';
import { readBlobs } from './clickhouse/stored-entries.ts';
import { IDENTITY_WINDOW_MS } from './clickhouse/stored-identities.ts';
import { checkCheckpoint } from './fsck-checkpoint.ts';
import { bodyDigestOf, checkEntryRow, type EntryRow } from './fsck-entry.ts';
import type { FsckEvent, StoredCheckpoint } from './ledger.ts';
import { type CompletedTile, createTileBuilder, type TileBuilder } from './tile-builder.ts';

type FsckOptions = {
  readonly clickHouse: ClickHouse;
  readonly verifierKeys: readonly string[];
  readonly origin: string;
  readonly shard?: number;
};

type FsckProblem = Extract<FsckEvent, { kind: 'problem' }>;
type Counts = { entries: number; tiles: number; checkpoints: number };
type Shard = {
  readonly clickHouse: ClickHouse;
  readonly shard: number;
  readonly keys: readonly VerifierKey[];
  readonly origin: string;
  readonly counts: Counts;
};

// A multiple of a tile's width, so that a page completes whole tiles.
const PAGE = 8 * TILE_WIDTH;
const CHECKPOINT_PAGE = 1000;
// One bad hash spoils every root after it: enough of them is enough.
const MAX_ROOT_PROBLEMS = 16;

/**
 * Believes only the bytes of the leaves and the verifier keys, and derives everything else again up to the last
 * signed size: leaf hashes, search columns, bodies' digests, density, uniqueness of (source, id), tiles, roots and
 * signatures. Memory is bounded by a page. What a crash left behind the last checkpoint is recovery's to judge.
 */
export async function* checkLedger(options: FsckOptions): AsyncGenerator<FsckEvent> {
  const { clickHouse, origin } = options;
  const keys = assertVerifierKeys(options.verifierKeys);
  const sizes = [...(await readCommittedSizes(clickHouse))].filter(
    ([shard]) => options.shard === undefined || options.shard === shard,
  );
  const counts: Counts = { entries: 0, tiles: 0, checkpoints: 0 };
  let problems = 0;
  for (const [shard, size] of sizes) {
    for await (const event of checkShard({ clickHouse, shard, keys, origin, counts }, size)) {
      if (event.kind === 'problem') problems++;
      yield event;
    }
  }
  yield { kind: 'summary', shards: sizes.length, ...counts, problems };
}

async function* checkShard(context: Shard, size: number): AsyncGenerator<FsckEvent> {
  const { clickHouse, shard, counts } = context;
  const tree = await createTileBuilder(0, () => Promise.reject(new RangeError('no tiles yet')));
  const checkpoints = createCheckpointWalk(context);
  yield* checkpoints.at(tree);
  for (let from = 0; from < size; from += PAGE) {
    const to = Math.min(from + PAGE, size);
    const rows = await readEntryRows(clickHouse, shard, from, to);
    yield* checkRows(context, rows);
    const tiles: CompletedTile[] = [];
    let missing = false;
    for (const row of distinctIndexes(rows)) {
      if (row.index !== tree.size()) {
        missing = true;
        break;
      }
      tiles.push(...tree.append(row.leafHash));
      // A generator step for every leaf would cost more than its hash.
      if (checkpoints.due(tree.size())) yield* checkpoints.at(tree);
    }
    yield* checkTiles(context, tiles);
    counts.entries += tree.size() - from;
    if (missing || tree.size() < to) {
      yield found(shard, tree.size(), 'ledger.not-dense', `no entry here, ${size} are signed`);
      return;
    }
    yield { kind: 'progress', shard, checked: to, total: size };
  }
  yield* checkpoints.rest(tree);
  yield* checkStrayTiles(context, size);
  yield* checkIdentities(context, size);
}

async function* checkRows(
  { clickHouse, shard }: Shard,
  rows: readonly EntryRow[],
): AsyncGenerator<FsckProblem> {
  const digests = new Set(rows.flatMap((row) => bodyDigestOf(row) ?? []));
  const blobs = await readBlobs(clickHouse, [...digests]);
  let previous: EntryRow | undefined;
  for (const row of rows) {
    if (previous?.index === row.index && !equalBytes(previous.leafHash, row.leafHash)) {
      yield found(shard, row.index, 'ledger.fork', 'two leaves are stored here');
    }
    previous = row;
    for (const problem of checkEntryRow(row, blobs)) {
      yield { kind: 'problem', shard, index: row.index, problem };
    }
  }
}

async function* checkTiles(
  { clickHouse, shard, counts }: Shard,
  derived: readonly CompletedTile[],
): AsyncGenerator<FsckProblem> {
  const levels = new Set(derived.map((tile) => tile.level));
  for (const level of levels) {
    const tiles = derived.filter((tile) => tile.level === level);
    const from = tiles[0]?.index ?? 0;
    const to = (tiles.at(-1)?.index ?? 0) + 1;
    const stored = await readTileRows(clickHouse, shard, level, from, to);
    for (const tile of tiles) {
      counts.tiles++;
      const rows = stored.filter((row) => row.index === tile.index);
      const name = `tile ${level}/${tile.index}`;
      const first = tile.index * TILE_WIDTH ** (level + 1);
      if (rows.length === 0) {
        yield found(shard, first, 'ledger.tile-mismatch', `${name} is not stored`);
      }
      for (const row of rows) {
        const wrong = firstDifference(tile, row);
        if (wrong === undefined) continue;
        const index = first + wrong * TILE_WIDTH ** level;
        yield found(shard, index, 'ledger.tile-mismatch', `${name}: the entries give other hashes`);
      }
    }
  }
}

/** Tiles of leaves that are not there; those of the page after the signed size may be a crash's. */
async function* checkStrayTiles(
  { clickHouse, shard }: Shard,
  size: number,
): AsyncGenerator<FsckProblem> {
  for (let level = 0; level < 8; level++) {
    const span = TILE_WIDTH ** (level + 1);
    const allowed = Math.floor((size + 2 ** 20) / span) + 1;
    const rows = await readTileRows(clickHouse, shard, level, allowed, Number.MAX_SAFE_INTEGER);
    for (const row of rows.slice(0, MAX_ROOT_PROBLEMS)) {
      const message = `tile ${level}/${row.index} is of entries that nobody signed`;
      yield found(shard, Math.min(row.index * span, size), 'ledger.tile-mismatch', message);
    }
  }
}

async function* checkIdentities(
  { clickHouse, shard }: Shard,
  size: number,
): AsyncGenerator<FsckProblem> {
  for (const places of await readRepeatedIdentities(clickHouse, shard, size)) {
    let before: (typeof places)[number] | undefined;
    for (const place of places) {
      if (before !== undefined && place.receivedAt - before.receivedAt <= IDENTITY_WINDOW_MS) {
        const message = `source and id are those of entry ${before.index}, received within 32 days`;
        yield found(shard, place.index, 'event.id-reused', message);
      }
      before = place;
    }
  }
}

/** Meets every stored checkpoint when the tree has its size. */
function createCheckpointWalk({ clickHouse, shard, keys, origin, counts }: Shard) {
  let waiting: StoredCheckpoint[] = [];
  let readUpTo = 0;
  let complete = false;
  let rootProblems = 0;
  const refill = async (): Promise<void> => {
    if (waiting.length > 0 || complete) return;
    const page = await readCheckpoints(clickHouse, shard, readUpTo, CHECKPOINT_PAGE);
    complete = page.length < CHECKPOINT_PAGE;
    waiting = [...page];
    readUpTo = page.at(-1)?.size ?? readUpTo;
  };
  const check = (checkpoint: StoredCheckpoint, tree: TileBuilder): FsckProblem | undefined => {
    counts.checkpoints++;
    const wrong = checkCheckpoint(checkpoint, tree.root(), keys, origin);
    if (wrong === undefined || rootProblems++ >= MAX_ROOT_PROBLEMS) return undefined;
    return { kind: 'problem', shard, index: Math.max(0, checkpoint.size - 1), problem: wrong };
  };
  return {
    due: (size: number) => (waiting[0]?.size ?? Number.POSITIVE_INFINITY) <= size,
    at: async function* (tree: TileBuilder): AsyncGenerator<FsckProblem> {
      await refill();
      while (waiting[0] !== undefined && waiting[0].size <= tree.size()) {
        const checkpoint = waiting.shift();
        const wrong = checkpoint === undefined ? undefined : check(checkpoint, tree);
        if (wrong !== undefined) yield wrong;
        await refill();
      }
    },
    rest: async function* (tree: TileBuilder): AsyncGenerator<FsckProblem> {
      await refill();
      // A service that goes on working signs larger sizes meanwhile; those were not asked about.
      for (const checkpoint of waiting.filter(({ size }) => size <= tree.size())) {
        const wrong = check(checkpoint, tree);
        if (wrong !== undefined) yield wrong;
      }
    },
  };
}

function distinctIndexes(rows: readonly EntryRow[]): readonly EntryRow[] {
  return rows.filter((row, at) => rows[at - 1]?.index !== row.index);
}

/** Position of the first hash that differs, or 0 when only the root does; undefined when nothing does. */
function firstDifference(tile: CompletedTile, row: TileRow): number | undefined {
  if (equalBytes(tile.hashes, row.hashes)) return equalBytes(tile.root, row.root) ? undefined : 0;
  for (let at = 0; at < TILE_WIDTH; at++) {
    const start = at * HASH_BYTES;
    const expected = tile.hashes.subarray(start, start + HASH_BYTES);
    if (!equalBytes(expected, row.hashes.subarray(start, start + HASH_BYTES))) return at;
  }
  return 0;
}

function found(
  shard: number,
  index: number,
  code: 'ledger.not-dense' | 'ledger.fork' | 'ledger.tile-mismatch' | 'event.id-reused',
  message: string,
): FsckProblem {
  return { kind: 'problem', shard, index, problem: problem(code, message) };
}
