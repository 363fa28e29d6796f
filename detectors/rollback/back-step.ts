import type { ProjectView, RepositoryView, TagPoint, TagView } from '../view/project-view.ts';
import { collapseOf, openBurst } from '../view/rhythm/retag-burst.ts';

export type BackStep = {
  readonly tag: string;
  readonly to: string;
  readonly known: TagView;
  /** When the tag had the digest before, and since when it has it no more. */
  readonly point: TagPoint;
  readonly until: number;
  /** Digests of the tag that came after it, beside the present one. */
  readonly skipped: number;
};

/** A tag that goes back to a digest it had; undefined where it goes on, or where this was said of another of its tags. */
export function backStepOf(
  view: ProjectView,
  repository: RepositoryView,
  tag: string,
  to: string,
  at: number,
): BackStep | undefined {
  const known = repository.tags.get(tag);
  if (known?.before === undefined || known.gone || known.digest === to) return undefined;
  const place = known.before.findLastIndex((point) => point.digest === to);
  const point = known.before[place];
  if (point === undefined) return undefined;
  // One release has several names; the first to go back speaks for all.
  const burst = openBurst(view.rhythm.retags.get(repository.name), at);
  if (burst !== undefined && collapseOf(burst, to) > 0) return undefined;
  return {
    tag,
    to,
    known,
    point,
    until: known.before[place + 1]?.since ?? known.last,
    skipped: known.before.length - 1 - place,
  };
}
