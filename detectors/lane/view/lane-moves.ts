import type { TagMove } from './lane-fact.ts';
import type { LaneView } from './lane-view.ts';

/** A tag that goes from one digest or commit to another, as the lane knows it; a new tag has no `from`. */
export type Retag = TagMove & {
  /** Nothing says where the digest comes from. */
  readonly unexplained: boolean;
  /** It points again where it pointed before: that is what a cure does. */
  readonly back: boolean;
  /** How often the tag moved before, and when it got its present digest, as far as is known. */
  readonly moves: number;
  readonly since: number | undefined;
};

export function retagOf(lane: LaneView, move: TagMove): Retag {
  const known = lane.tags.get(move.key);
  return {
    ...move,
    from: known?.digest ?? move.from,
    unexplained: !lane.explained.has(move.to),
    back: known?.before === move.to,
    moves: known?.moves ?? 0,
    since: known?.last,
  };
}
