import type { LaneLook, LaneProgress } from '../../detectors/lane/lane-fold.ts';
import type { Disposition } from '../../services/core/finding.ts';
import type { SnapshotPart } from '../../services/ledger/ledger.ts';

/**
 * Holds the project views of shards and judges their entries, and the second lane where it is run; in this thread or in
 * one of its own. Calls are answered in order. A rejection with a FatalError means that the views are in an unknown
 * state.
 */
export type Judging = LaneJudging & {
  /** Begins a shard without views, again if it was open. Entries below `nextIndex` are ignored. */
  readonly open: (shard: number, nextIndex: number) => Promise<void>;
  /** Takes views that {@link Judging.save} gave, a part a project; false when one of them cannot be read. */
  readonly restore: (shard: number, parts: readonly SnapshotPart[]) => Promise<boolean>;
  /**
   * Judges and folds entries, which come without gaps; one that is folded already, into the shard or into the restored
   * view of its project, raises nothing.
   */
  readonly judge: (shard: number, entries: readonly EncodedEntry[]) => Promise<Judged>;
  /** Folds entries whose findings were published before. */
  readonly fold: (shard: number, entries: readonly EncodedEntry[]) => Promise<void>;
  /**
   * Views that changed since they were saved, those that wait for longest first, until they are `atLeastBytes` or there
   * are no more. A view that was given counts as saved.
   */
  readonly save: (shard: number, atLeastBytes: number) => Promise<SavedViews>;
  /**
   * Of the shards that are open: projects in which rules would find something had nothing else come until `now`, by the
   * wall clock. Asking changes nothing.
   */
  readonly overdue: (now: number) => Promise<readonly OverdueShard[]>;
  readonly close: (shard: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The second lane. Entries of shards that are open here reach it as they are judged; others it asks for. */
export type LaneJudging = {
  readonly openLane: (snapshot: SavedLane | undefined) => Promise<void>;
  /** Takes entries that {@link advanceLane} asked for. */
  readonly readLane: (shard: number, entries: readonly EncodedEntry[]) => Promise<void>;
  /** Judges what has waited long enough, and says what to read next. */
  readonly advanceLane: (look: LaneLook) => Promise<LaneStep>;
  /** The state of the lane, for {@link openLane}. */
  readonly saveLane: () => Promise<SavedLane>;
  readonly closeLane: () => Promise<void>;
};

type LaneStep = Omit<LaneProgress, 'raised'> & { readonly judged: Judged };

type SavedLane = { readonly nextIndex: number; readonly state: Uint8Array };

export type SavedViews = {
  readonly parts: readonly SnapshotPart[];
  /** With these parts and all earlier ones, entries below it are reflected. */
  readonly reflected: number;
};

type OverdueShard = {
  readonly shard: number;
  /** Entries below it are reflected in the answer. */
  readonly nextIndex: number;
  readonly overdue: readonly Overdue[];
};

/** What a project awaited by the deadline, in milliseconds since the epoch, has not come. */
export type Overdue = { readonly project: string; readonly deadline: number };

/** An accepted entry's event as JSON, as the topic carries it. */
export type EncodedEntry = { readonly index: number; readonly value: Uint8Array };

/** What entries raised: records for `provost.events`, and what to count. */
export type Judged = {
  readonly records: readonly { readonly key: string; readonly value: Uint8Array }[];
  readonly counts: readonly { readonly rule: string; readonly disposition: Disposition }[];
};
