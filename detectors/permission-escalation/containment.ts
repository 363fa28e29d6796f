import { staysUnexplained } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';
import { tagClass } from '../view/tag-class.ts';
import { NO_HABIT } from '../view/tag-habit.ts';

/** How long after a strike taking things away counts as its containment. */
const AFTERMATH = 14 * DAY;

/**
 * Whether somebody else struck the repository lately: wrote there from a strange place or as a woken account, or moved
 * tags that stay to something that nothing explains. Who then only takes rights or content away contains it.
 */
export function isContainment(view: ProjectView, name: string, who: string, at: number): boolean {
  const strike = view.access.struck.get(name);
  if (strike !== undefined && strike.by !== who && at - strike.at <= AFTERMATH) return true;
  const repository = view.repositories.get(name);
  return repository !== undefined && hasUnexplainedMoves(view, repository, who, at);
}

function hasUnexplainedMoves(
  view: ProjectView,
  repository: RepositoryView,
  who: string,
  at: number,
): boolean {
  for (const [tag, known] of repository.tags) {
    if (known.moves === 0 || known.by === who || at - known.last > AFTERMATH) continue;
    if (!staysUnexplained(view, repository, known)) continue;
    const habit = repository.habits[tagClass(tag)] ?? NO_HABIT;
    if (habit.moveDays <= 1 + habit.days / 10) return true;
  }
  return false;
}
