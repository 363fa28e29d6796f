import type { Place } from '../context/registry-commands.ts';
import type { Explanation } from '../view/explain.ts';
import type { AwaitedPush, RepositoryView, TagPoint, TagView } from '../view/project-view.ts';

/** A tag that goes to another digest, and what the view says of both. */
export type Move = {
  readonly repository: RepositoryView;
  readonly place: Place;
  readonly tag: string;
  readonly known: TagView | undefined;
  readonly left: TagBefore | undefined;
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly publisherKnown: boolean;
  readonly explanation: Explanation;
  /** The time for an explanation is over, or explanations come first here. */
  readonly gapIsKnown: boolean;
};

/** What the tag pointed to when the move came, and where it had been before that, oldest first. */
export type TagBefore = TagPoint & {
  readonly gone: boolean;
  readonly earlier: readonly TagPoint[];
};

/** A → B → A: where the tag goes back to, and what is known of the way out. */
export type Episode = {
  readonly before: TagPoint;
  readonly out: TagBefore;
  /** Milliseconds; 0 where the events are dated the other way round. */
  readonly lasted: number;
};

/** What the tag is just before a move that the view has not seen. */
export function beforeMove(known: TagView | undefined): TagBefore | undefined {
  if (known === undefined) return undefined;
  const { gone, before = [] } = known;
  return { ...pointOf(known), gone, earlier: before };
}

/** What the tag was before a move that the view has long seen, and that may not have been its last. */
export function beforeDue(known: TagView | undefined, due: AwaitedPush): TagBefore | undefined {
  if (known === undefined) return undefined;
  const trail = [...(known.before ?? []), pointOf(known)];
  const moved = trail.findIndex((point) => point.digest === due.digest);
  const left = trail[moved - 1];
  return left && { ...left, gone: false, earlier: trail.slice(0, moved - 1) };
}

export function episodeOf({ left, to, at }: Move): Episode | undefined {
  if (left === undefined || left.digest === to) return undefined;
  const before = left.earlier.findLast((point) => point.digest === to);
  return before && { before, out: left, lasted: Math.max(0, at - left.since) };
}

function pointOf({ digest, last, by, ref, unexplained }: TagView): TagPoint {
  return { digest, since: last, by, ref, unexplained };
}
