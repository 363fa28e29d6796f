import type { KeyObject } from 'node:crypto';
import { equalBytes } from '../../services/core/bytes.ts';
import type { Clock } from '../../services/core/clock.ts';
import { type Problem, ProvostError, problem } from '../../services/core/errors.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createFrontierBuilder } from '../../services/core/merkle/frontier.ts';
import { hashLeaf } from '../../services/core/merkle/hash-leaf.ts';
import { consistencyProof, inclusionProof } from '../../services/core/merkle/proofs.ts';
import { TILE_WIDTH, type TileReader, tileRoot } from '../../services/core/merkle/tiles.ts';
import { formatCheckpoint } from '../../services/core/note/checkpoint.ts';
import { createNoteSigner, openNote, signNote } from '../../services/core/note/signed-note.ts';
import { parseVerifierKey } from '../../services/core/note/verifier-key.ts';
import { fail, type Outcome, ok } from '../../services/core/outcome.ts';
import { parseLeaf, sentPart, toLeaf } from '../../services/ledger/leaf.ts';
import type {
  AppendResult,
  FsckEvent,
  Ledger,
  ShardWriter,
  Snapshot,
  SnapshotPart,
  StoredCheckpoint,
  StoredEntry,
} from '../../services/ledger/ledger.ts';
import { searchEntries } from './memory-search.ts';
import { foldTagHistory } from './memory-tag-history.ts';

const DEDUPE_MILLISECONDS = 32 * 24 * 60 * 60 * 1000;

/** What a test can break; every fault is found by `fsck` or comes out as `ledger.unavailable`. */
type MemoryLedgerFaults = {
  /** From now on every read rejects, as in an outage; `false` ends it. */
  readonly outage: (on: boolean) => void;
  /** Replaces the stored bytes of a leaf and leaves its hash as it was. */
  readonly replaceLeaf: (shard: number, index: number, leaf: Uint8Array) => void;
  /** Replaces the note of a checkpoint. */
  readonly replaceNote: (shard: number, size: number, note: string) => void;
  /** Loses an entry, so that the indexes are dense no more. */
  readonly loseEntry: (shard: number, index: number) => void;
};

export type MemoryLedger = Ledger & {
  readonly writer: (shard: number) => ShardWriter;
  readonly faults: MemoryLedgerFaults;
  /** Verifier key of a shard's checkpoints. */
  readonly verifierKey: (shard: number) => string;
};

type Shard = {
  entries: (StoredEntry | undefined)[];
  readonly tree: ReturnType<typeof createFrontierBuilder>;
  readonly checkpoints: StoredCheckpoint[];
  readonly seen: Map<string, { index: number; at: number; fingerprint: string }[]>;
};

/**
 * A whole ledger over plain lists: the same leaves, tree, proofs and signed checkpoints as a stored one, one
 * checkpoint an append, and nothing survives the process.
 */
export function createMemoryLedger(deps: {
  readonly origin: string;
  readonly privateKey: KeyObject;
  readonly clock: Clock;
}): MemoryLedger {
  const shards = new Map<number, Shard>();
  const blobs = new Map<string, Uint8Array>();
  const snapshots = new Map<string, Snapshot>();
  const snapshotParts = new Map<string, Map<string, SnapshotPart>>();
  let down = false;

  const available = () => {
    if (down) throw new ProvostError('ledger.unavailable', 'the ledger does not answer');
  };
  const signerOf = (shard: number) => createNoteSigner(`${deps.origin}/${shard}`, deps.privateKey);
  const open = (number: number): Shard => {
    const known = shards.get(number);
    if (known !== undefined) return known;
    const created: Shard = {
      entries: [],
      tree: createFrontierBuilder(),
      checkpoints: [],
      seen: new Map(),
    };
    shards.set(number, created);
    return created;
  };
  const numbers = () =>
    [...shards.keys()].filter((number) => open(number).entries.length > 0).sort((a, b) => a - b);
  const present = (shard: Shard) => shard.entries.filter((entry) => entry !== undefined);

  const append = (number: number, events: readonly ProvostEvent[]): AppendResult => {
    available();
    const shard = open(number);
    const entries: StoredEntry[] = [];
    const duplicates: AppendResult['duplicates'][number][] = [];
    const refused: AppendResult['refused'][number][] = [];
    for (const event of events) {
      const key = JSON.stringify([event.source, event.id]);
      const at = Date.parse(event.receivedtime);
      const made = toLeaf(event);
      if (!made.ok) {
        refused.push({ event, problem: made.problem, index: undefined });
        continue;
      }
      const { bytes: leaf, blob } = made.value;
      const fingerprint = sentPart(parseLeaf(leaf) ?? {});
      const before = (shard.seen.get(key) ?? []).find(
        (other) => Math.abs(at - other.at) <= DEDUPE_MILLISECONDS,
      );
      if (before !== undefined && before.fingerprint === fingerprint) {
        duplicates.push({
          event: shard.entries[before.index]?.event ?? event,
          index: before.index,
        });
        continue;
      }
      if (before !== undefined) {
        const reason = 'another body came under the same source and id within 32 days';
        refused.push({ event, problem: problem('event.id-reused', reason), index: before.index });
        continue;
      }
      if (blob !== undefined) blobs.set(blob.digest, blob.bytes);
      const index = shard.entries.length;
      const leafHash = hashLeaf(leaf);
      const entry: StoredEntry = { shard: number, index, event, leaf, leafHash };
      shard.entries.push(entry);
      shard.tree.append(leafHash);
      shard.seen.set(key, [...(shard.seen.get(key) ?? []), { index, at, fingerprint }]);
      entries.push(entry);
    }
    const checkpoint = entries.length === 0 ? shard.checkpoints.at(-1) : sign(number, shard);
    return { entries, duplicates, refused, checkpoint };
  };

  const sign = (number: number, shard: Shard): StoredCheckpoint => {
    const size = shard.tree.size();
    const root = shard.tree.root();
    const origin = `${deps.origin}/${number}`;
    const note = signNote(formatCheckpoint({ origin, size, root }), signerOf(number));
    const signedAt = new Date(deps.clock.now()).toISOString();
    const checkpoint: StoredCheckpoint = { shard: number, size, root, note, signedAt };
    shard.checkpoints.push(checkpoint);
    return checkpoint;
  };

  const tileReader = (shard: Shard): TileReader => {
    const hashAt = (level: number, position: number): Uint8Array => {
      if (level === 0) return shard.entries[position]?.leafHash ?? new Uint8Array(32);
      const below: Uint8Array[] = [];
      for (let i = 0; i < TILE_WIDTH; i++) below.push(hashAt(level - 1, position * TILE_WIDTH + i));
      return tileRoot(Buffer.concat(below));
    };
    return async (level, index, width) => {
      const hashes: Uint8Array[] = [];
      for (let i = 0; i < width; i++) hashes.push(hashAt(level, index * TILE_WIDTH + i));
      return Buffer.concat(hashes);
    };
  };

  async function* fsck(options?: { readonly shard?: number }): AsyncIterable<FsckEvent> {
    available();
    const wanted = numbers().filter((n) => options?.shard === undefined || n === options.shard);
    let entries = 0;
    let checkpoints = 0;
    let problems = 0;
    for (const number of wanted) {
      const shard = open(number);
      for (const found of checkShard(number, shard, signerOf(number).verifierKey)) {
        problems++;
        yield found;
      }
      entries += shard.entries.length;
      checkpoints += shard.checkpoints.length;
      const total = shard.entries.length;
      yield { kind: 'progress', shard: number, checked: total, total };
    }
    yield { kind: 'summary', shards: wanted.length, entries, tiles: 0, checkpoints, problems };
  }

  return {
    shards: async () => {
      available();
      return numbers();
    },
    size: async (shard) => {
      available();
      return open(shard).entries.length;
    },
    entry: async (shard, index) => {
      available();
      return open(shard).entries[index];
    },
    search: async (query) => {
      available();
      return searchEntries([...shards.values()].flatMap(present), query);
    },
    async *scan(shard, from, to) {
      available();
      for (const entry of open(shard).entries.slice(from, to)) if (entry !== undefined) yield entry;
    },
    latestCheckpoint: async (shard) => {
      available();
      return open(shard).checkpoints.at(-1);
    },
    checkpointCovering: async (shard, index) => {
      available();
      return open(shard).checkpoints.find((checkpoint) => checkpoint.size > index);
    },
    checkpoints: async (shard, { after = 0, limit }) => {
      available();
      return open(shard)
        .checkpoints.filter((checkpoint) => checkpoint.size > after)
        .slice(0, limit);
    },
    inclusionProof: async (shard, index, size) => {
      available();
      return provable(open(shard), index + 1, size, (readTile) =>
        inclusionProof(index, size, readTile),
      );
    },
    consistencyProof: async (shard, from, to) => {
      available();
      return provable(open(shard), from, to, (readTile) => consistencyProof(from, to, readTile));
    },
    tagHistory: async (query) => {
      available();
      return foldTagHistory([...shards.values()].flatMap(present), query);
    },
    blob: async (digest) => {
      available();
      return blobs.get(digest);
    },
    fsck,
    saveSnapshot: async (snapshot) => {
      available();
      const { consumer, shard, format, nextIndex } = snapshot;
      const key = `${consumer}/${shard}/${format}`;
      if (nextIndex >= (snapshots.get(key)?.nextIndex ?? 0)) snapshots.set(key, snapshot);
    },
    latestSnapshot: async (consumer, shard, format) => {
      available();
      return snapshots.get(`${consumer}/${shard}/${format}`);
    },
    saveSnapshotParts: async ({ consumer, shard, format }, parts) => {
      available();
      const key = `${consumer}/${shard}/${format}`;
      const known = snapshotParts.get(key) ?? new Map<string, SnapshotPart>();
      snapshotParts.set(key, known);
      for (const part of parts) {
        if (part.nextIndex >= (known.get(part.name)?.nextIndex ?? 0)) known.set(part.name, part);
      }
    },
    snapshotParts: async function* ({ consumer, shard, format }, names) {
      available();
      const known = snapshotParts.get(`${consumer}/${shard}/${format}`);
      for (const [name, part] of known ?? []) if (names?.includes(name) ?? true) yield [part];
    },
    writer: (shard) => ({
      shard,
      size: () => open(shard).entries.length,
      append: async (events) => append(shard, events),
    }),
    verifierKey: (shard) => signerOf(shard).verifierKey,
    faults: {
      outage: (on) => {
        down = on;
      },
      replaceLeaf: (shard, index, leaf) => {
        const entry = open(shard).entries[index];
        if (entry !== undefined) open(shard).entries[index] = { ...entry, leaf };
      },
      replaceNote: (shard, size, note) => {
        const { checkpoints } = open(shard);
        const at = checkpoints.findIndex((checkpoint) => checkpoint.size === size);
        const checkpoint = checkpoints[at];
        if (checkpoint !== undefined) checkpoints[at] = { ...checkpoint, note };
      },
      loseEntry: (shard, index) => {
        open(shard).entries[index] = undefined;
      },
    },
  };

  async function provable(
    shard: Shard,
    from: number,
    size: number,
    prove: (readTile: TileReader) => Promise<readonly Uint8Array[]>,
  ): Promise<Outcome<readonly Uint8Array[]>> {
    if (from < 1 || from > size || size > shard.entries.length) {
      return fail(problem('ledger.entry-missing', `no proof from ${from} in a tree of ${size}`));
    }
    return ok(await prove(tileReader(shard)));
  }
}

function* checkShard(number: number, shard: Shard, verifierKey: string): Iterable<FsckEvent> {
  const report = (index: number, found: Problem): FsckEvent => ({
    kind: 'problem',
    shard: number,
    index,
    problem: found,
  });
  const key = parseVerifierKey(verifierKey);
  const tree = createFrontierBuilder();
  const bySize = new Map(shard.checkpoints.map((checkpoint) => [checkpoint.size, checkpoint]));
  for (const [index, entry] of shard.entries.entries()) {
    if (entry === undefined) {
      yield report(index, problem('ledger.not-dense', 'the entry is gone'));
      return;
    }
    const made = toLeaf(entry.event);
    const leaf = made.ok ? made.value.bytes : new Uint8Array();
    const same = equalBytes(leaf, entry.leaf) && equalBytes(hashLeaf(entry.leaf), entry.leafHash);
    if (!same) yield report(index, problem('ledger.leaf-mismatch', 'the leaf is not the event’s'));
    tree.append(hashLeaf(entry.leaf));
    const checkpoint = bySize.get(index + 1);
    if (checkpoint === undefined) continue;
    const opened = openNote(checkpoint.note, key.ok ? [key.value] : []);
    if (!opened.ok) yield report(index, opened.problem);
    else if (!equalBytes(tree.root(), checkpoint.root)) {
      yield report(index, problem('ledger.checkpoint-mismatch', 'the root is not the tree’s'));
    }
  }
}
