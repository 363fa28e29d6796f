import type { Entry } from '../../services/core/events/event.ts';
import type { RepositoryView, TagPoint } from '../view/project-view.ts';

export type Earlier = { readonly point: TagPoint; readonly current: boolean };

/**
 * The recorded change that an event tells again under another id: the same tag, the same digest, the same time to the
 * millisecond. `current` when the tag is still there, so that the repetition changes nothing.
 */
export function earlierTelling(
  repository: RepositoryView,
  change: { readonly tag: string; readonly to: string },
  { event }: Entry,
  at: number,
): Earlier | undefined {
  const known = repository.tags.get(change.tag);
  if (known === undefined) return undefined;
  const { digest, last, by, ref, unexplained, before = [] } = known;
  const isSame = (point: TagPoint): boolean =>
    point.digest === change.to &&
    point.since === at &&
    point.ref.source === event.source &&
    point.ref.id !== event.id;
  const now = { digest, since: last, by, ref, unexplained };
  if (!known.gone && isSame(now)) return { point: now, current: true };
  const point = before.findLast(isSame);
  return point && { point, current: false };
}
