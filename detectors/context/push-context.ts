import type { ContextDraft } from '../detector.ts';
import { percent } from '../text/percent.ts';
import { explain, provenanceHabit } from '../view/explain.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';

/** That nothing explains the digest, where it is usual that something does and explanations come before the push. */
export function unexplainedContext(
  view: ProjectView,
  repository: RepositoryView,
  digest: string,
  effect: number,
): readonly ContextDraft[] {
  const habit = provenanceHabit(view, repository);
  if (habit.expects === 'nothing' || !habit.before) return [];
  if (explain(view, repository, digest).kind !== 'none') return [];
  return [
    {
      kind: 'unexplained-here',
      reason: `Nothing explains the digest, while builds or attestations explained ${percent(habit.share)} of the last ${habit.observed} pushes`,
      effect,
    },
  ];
}

/** That the actor has never published here, where others have. */
export function strangerContext(
  repository: RepositoryView,
  by: string,
  effect: number,
): readonly ContextDraft[] {
  if (by === '' || repository.publishers.size === 0 || repository.publishers.has(by)) return [];
  return [{ kind: 'publisher-new', reason: `${by} has never published here`, effect }];
}
