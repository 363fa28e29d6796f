import type { Place } from '../context/registry-commands.ts';
import type { Explanation } from '../view/explain.ts';
import type { RepositoryView, TagPoint, TagView } from '../view/project-view.ts';

/** A tag that goes to another digest, and what the view said of both when it went. */
export type Move = {
  readonly repository: RepositoryView;
  readonly place: Place;
  readonly tag: string;
  readonly known: TagView | undefined;
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly publisherKnown: boolean;
  readonly explanation: Explanation;
  /** The time for an explanation is over, or explanations come first here. */
  readonly gapIsKnown: boolean;
};

/** A → B → A: where the tag goes back to, and what is known of the way out. */
export type Episode = { readonly before: TagPoint; readonly out: TagView; readonly lasted: number };

export function episodeOf(move: Move): Episode | undefined {
  const { known, to } = move;
  if (known === undefined || known.digest === to) return undefined;
  const before = known.before?.findLast((point) => point.digest === to);
  return before && { before, out: known, lasted: move.at - known.last };
}
