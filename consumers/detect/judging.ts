import type { LaneLook, LaneProgress } from '../../detectors/lane/lane-fold.ts';
import type { Disposition } from '../../services/core/finding.ts';

/**
 * Holds the project views of shards and judges their entries, and the second lane where it is run; in this thread or in
 * one of its own. Calls are answered in order. A rejection with a FatalError means that the views are in an unknown
 * state.
 */
export type Judging = LaneJudging & {
  /**
   * Takes a shard's views from a snapshot's state, or begins with none when there is no snapshot or it cannot be read.
   * Resolves with the index of the first entry that is not folded yet.
   */
  readonly open: (shard: number, snapshot: SavedViews | undefined) => Promise<number>;
  /** Judges and folds entries, which come without gaps; one that is folded already raises nothing. */
  readonly judge: (shard: number, entries: readonly EncodedEntry[]) => Promise<Judged>;
  /** Folds entries whose findings were published before. */
  readonly fold: (shard: number, entries: readonly EncodedEntry[]) => Promise<void>;
  /** The state of a shard's views, for {@link open}. */
  readonly save: (shard: number) => Promise<Uint8Array>;
  readonly close: (shard: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** The second lane. Entries of shards that are open here reach it as they are judged; others it asks for. */
export type LaneJudging = {
  readonly openLane: (snapshot: SavedViews | undefined) => Promise<void>;
  /** Takes entries that {@link advanceLane} asked for. */
  readonly readLane: (shard: number, entries: readonly EncodedEntry[]) => Promise<void>;
  /** Judges what has waited long enough, and says what to read next. */
  readonly advanceLane: (look: LaneLook) => Promise<LaneStep>;
  /** The state of the lane, for {@link openLane}. */
  readonly saveLane: () => Promise<SavedViews>;
  readonly closeLane: () => Promise<void>;
};

export type LaneStep = Omit<LaneProgress, 'raised'> & { readonly judged: Judged };

type SavedViews = { readonly nextIndex: number; readonly state: Uint8Array };

/** An accepted entry's event as JSON, as the topic carries it. */
export type EncodedEntry = { readonly index: number; readonly value: Uint8Array };

/** What entries raised: records for `provost.events`, and what to count. */
export type Judged = {
  readonly records: readonly { readonly key: string; readonly value: Uint8Array }[];
  readonly counts: readonly { readonly rule: string; readonly disposition: Disposition }[];
};
