import { explain, isKinOrigin, isUsualOrigin, provenanceHabit } from '../explain.ts';
import type { ProjectView, RepositoryView, TagView } from '../project-view.ts';
import { expectationOf } from '../tag-habit.ts';

export type MovedTag = {
  readonly tag: string;
  readonly to: string;
  /** What is known of the tag's own moves. */
  readonly known: Pick<TagView, 'moveDays' | 'last'> | undefined;
  readonly parts?: readonly string[] | undefined;
};

/**
 * Whether this repository does not make such a move: to content that nothing explains where all content is explained,
 * or of a tag that stays here. A usual build clears it; where builds come after the push, the push is not yet strange.
 */
export function isStrangeMove(
  view: ProjectView,
  repository: RepositoryView,
  move: MovedTag,
  at: number,
): boolean {
  const explanation = explain(view, repository, move.to, move.parts);
  if (explanation.kind === 'build') {
    const { build } = explanation;
    if (isUsualOrigin(repository, build, at) || isKinOrigin(repository, build, at)) return false;
    return stays(repository, move, at);
  }
  if (explanation.kind !== 'none') return false;
  const habit = provenanceHabit(view, repository);
  return habit.expects === 'nothing' ? stays(repository, move, at) : habit.before;
}

function stays(repository: RepositoryView, { tag, known }: MovedTag, at: number): boolean {
  return expectationOf(repository, tag, known, at).kind === 'stays';
}
