import type { Problem } from '../core/errors.ts';
import type { EventType } from '../core/events/catalogue.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import type { Outcome } from '../core/outcome.ts';

/**
 * Reading side of the ledger port: everything that queries, proofs, reports, exports and consumers need.
 * Every method answers from committed entries only; an outage throws `ProvostError` with `ledger.unavailable`.
 */
export type Ledger = {
  /** Shards that hold at least one entry, ascending. */
  readonly shards: () => Promise<readonly number[]>;
  /** Number of entries of a shard: its dense indexes are 0 … size-1. */
  readonly size: (shard: number) => Promise<number>;
  readonly entry: (shard: number, index: number) => Promise<StoredEntry | undefined>;
  /** One page of entries, newest first or oldest first, by keyset. */
  readonly search: (query: EntryQuery) => Promise<EntryPage>;
  /** Entries of a shard with from ≤ index < to, ascending, streamed in bounded memory. */
  readonly scan: (shard: number, from: number, to: number) => AsyncIterable<StoredEntry>;
  readonly latestCheckpoint: (shard: number) => Promise<StoredCheckpoint | undefined>;
  /** The smallest checkpoint that covers the index, or undefined when none is signed yet. */
  readonly checkpointCovering: (
    shard: number,
    index: number,
  ) => Promise<StoredCheckpoint | undefined>;
  readonly checkpoints: (
    shard: number,
    page: { readonly after?: number; readonly limit: number },
  ) => Promise<readonly StoredCheckpoint[]>;
  /** Inclusion proof (hashes, leaf to root) of an entry in the tree of the given size. */
  readonly inclusionProof: (
    shard: number,
    index: number,
    size: number,
  ) => Promise<Outcome<readonly Uint8Array[]>>;
  readonly consistencyProof: (
    shard: number,
    from: number,
    to: number,
  ) => Promise<Outcome<readonly Uint8Array[]>>;
  /** Everything that ever happened to a tag up to a moment (all of it without one), oldest first. */
  readonly tagHistory: (query: TagHistoryQuery) => Promise<readonly TagChange[]>;
  /** Bytes of a body too large for a leaf, by digest. */
  readonly blob: (digest: string) => Promise<Uint8Array | undefined>;
  /** Re-derives everything derivable of every shard; yields progress and every problem found. */
  readonly fsck: (options?: { readonly shard?: number }) => AsyncIterable<FsckEvent>;
  readonly saveSnapshot: (snapshot: Snapshot) => Promise<void>;
  readonly latestSnapshot: (
    consumer: string,
    shard: number,
    format: number,
  ) => Promise<Snapshot | undefined>;
  /** Saves pieces of a consumer's state; each takes the place of an older one of its name. */
  readonly saveSnapshotParts: (
    owner: SnapshotOwner,
    parts: readonly SnapshotPart[],
  ) => Promise<void>;
  /** The newest piece of each name, some at a time, so that a state of any size can be read; or only the named ones. */
  readonly snapshotParts: (
    owner: SnapshotOwner,
    names?: readonly string[],
  ) => AsyncIterable<readonly SnapshotPart[]>;
};

/** Writing side: one owner a shard; the commit protocol of DESIGN section 5. */
export type ShardWriter = {
  readonly shard: number;
  /** Entries committed so far. */
  readonly size: () => number;
  /**
   * Commits the events in order: drops those already in (same source and id within 32 days), refuses those whose id
   * is taken by another body, and resolves once the rest is stored, verified by reading back, and covered by a
   * signed checkpoint. Throws `ProvostError` on an outage (nothing acknowledged) and `FatalError` on a fork.
   */
  readonly append: (events: readonly ProvostEvent[]) => Promise<AppendResult>;
};

export type AppendResult = {
  /** Newly stored entries, ascending. */
  readonly entries: readonly StoredEntry[];
  /** Entries that the events duplicate (known index), so that a consumer can publish them again after a crash. */
  readonly duplicates: readonly { readonly event: ProvostEvent; readonly index: number }[];
  readonly refused: readonly {
    readonly event: ProvostEvent;
    readonly problem: Problem;
    /** The entry that has the id, for `event.id-reused`. */
    readonly index: number | undefined;
  }[];
  readonly checkpoint: StoredCheckpoint | undefined;
};

export type StoredEntry = {
  readonly shard: number;
  readonly index: number;
  readonly event: ProvostEvent;
  /** The leaf data: RFC 8785 canonical JSON of the event; a large `data` is replaced by its digest. */
  readonly leaf: Uint8Array;
  /** RFC 6962 leaf hash. */
  readonly leafHash: Uint8Array;
};

export type EntryQuery = {
  readonly project?: string;
  readonly repository?: string;
  readonly digest?: string;
  readonly tag?: string;
  readonly actor?: string;
  readonly source?: string;
  readonly types?: readonly EventType[];
  /** RFC 3339, on the event's time: from ≤ time < to. */
  readonly from?: string;
  readonly to?: string;
  readonly shard?: number;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Opaque, from a page's `next`. */
  readonly cursor?: string;
};

export type EntryPage = { readonly entries: readonly StoredEntry[]; readonly next?: string };

export type StoredCheckpoint = {
  readonly shard: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note (C2SP tlog-checkpoint). */
  readonly note: string;
  /** RFC 3339 UTC. */
  readonly signedAt: string;
};

export type TagHistoryQuery = {
  readonly repository: string;
  readonly tag: string;
  readonly at?: string;
};

export type TagChange = {
  readonly shard: number;
  readonly index: number;
  readonly time: string;
  readonly type: EventType;
  /** Digest that the tag points to from here on; undefined when it is gone. */
  readonly digest: string | undefined;
  readonly previous: string | undefined;
  readonly actor: string;
};

/** Whose state a snapshot keeps. */
export type SnapshotOwner = {
  readonly consumer: string;
  readonly shard: number;
  /** Version of the state's format; a snapshot of another format is never loaded. */
  readonly format: number;
};

export type Snapshot = SnapshotOwner & {
  /** The state reflects entries with index < nextIndex. */
  readonly nextIndex: number;
  readonly state: Uint8Array;
};

/** A piece of a state that is saved by itself, so that only what changed is written. */
export type SnapshotPart = {
  /** Not empty. */
  readonly name: string;
  /** The piece reflects entries with index < nextIndex. */
  readonly nextIndex: number;
  readonly state: Uint8Array;
};

export type FsckEvent =
  | {
      readonly kind: 'progress';
      readonly shard: number;
      readonly checked: number;
      readonly total: number;
    }
  | {
      readonly kind: 'problem';
      readonly shard: number;
      readonly index: number;
      readonly problem: Problem;
    }
  | {
      readonly kind: 'summary';
      readonly shards: number;
      readonly entries: number;
      readonly tiles: number;
      readonly checkpoints: number;
      readonly problems: number;
    };
