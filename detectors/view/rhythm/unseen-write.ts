import { missesOf } from '../../windows/bit-window.ts';
import { digestIn } from '../explain.ts';
import { DAY } from '../limits.ts';
import { recallPast } from '../past-digests.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { momentIn } from '../tag-habit.ts';

const ESTABLISHED_PUSHES = 10;
/** Where listings or pulls have confirmed the events again and again, few pushes are enough. */
const CONFIRMED_PUSHES = 4;
const ESTABLISHED_AGE = 14 * DAY;

/** Whether the repository has never had the digest as far as anybody told us: not as a tag, a part or a past one. */
export function isForeignTo(
  view: ProjectView,
  repository: RepositoryView,
  digest: string,
): boolean {
  if (digestIn(repository, digest) !== undefined) return false;
  if (recallPast(repository.past, digest) !== undefined) return false;
  if (view.builds.has(digest) || view.citedChildren.has(digest)) return false;
  if (recallPast(repository.rhythm?.told ?? '', digest)) return false;
  for (const index of repository.tagged.values()) {
    if (index.children?.includes(digest) === true) return false;
  }
  for (const tag of repository.tags.values()) {
    if (tag.before?.some((point) => point.digest === digest) === true) return false;
  }
  return true;
}

/**
 * Whether all writes to the repository are told to us: many were, over weeks, and what others said of its tags agreed.
 */
export function isObserved(repository: RepositoryView, at: number): boolean {
  const enough = isConfirmed(repository) ? CONFIRMED_PUSHES : ESTABLISHED_PUSHES;
  if (repository.pushes < enough) return false;
  if (momentIn(repository, at) - repository.since < ESTABLISHED_AGE) return false;
  const agreed = repository.rhythm?.agreed;
  return agreed === undefined || missesOf(agreed) <= agreed.count / 8;
}

/** It agreed often enough for a contradiction to wake somebody. */
export function isConfirmed(repository: RepositoryView): boolean {
  const agreed = repository.rhythm?.agreed;
  return agreed !== undefined && agreed.count >= 8 && missesOf(agreed) <= 1;
}
