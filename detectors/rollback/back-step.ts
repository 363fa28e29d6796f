import { digestIn } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import type { ProjectView, RepositoryView, TagPoint, TagView } from '../view/project-view.ts';
import { collapseOf, openBurst } from '../view/rhythm/retag-burst.ts';

export type BackStep = {
  readonly tag: string;
  readonly to: string;
  readonly known: TagView;
  /** When the tag had the digest before, and since when it has it no more. */
  readonly point: TagPoint;
  /** Undefined for content that came under other tags, as far as is remembered. */
  readonly until: number | undefined;
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
  const { before } = known;
  const place = before.findLastIndex((point) => point.digest === to);
  const point = before[place];
  if (point === undefined) return elderStepOf(repository, tag, known, to);
  // One release has several names; the first to go back speaks for all.
  const burst = openBurst(view.rhythm.retags.get(repository.name), at);
  if (burst !== undefined && collapseOf(burst, to) > 0) return undefined;
  return {
    tag,
    to,
    known,
    point,
    until: before[place + 1]?.since ?? known.last,
    skipped: before.length - 1 - place,
  };
}

/** Content counts as older that came this much before. */
const ELDER = 7 * DAY;

/**
 * A tag that has only gone forward and now goes to content that is much older than what it leaves, as the tags that
 * stay on either say: the tag itself may never have had it, or it is long forgotten.
 */
function elderStepOf(
  repository: RepositoryView,
  tag: string,
  known: TagView,
  to: string,
): BackStep | undefined {
  if (digestIn(repository, to)?.everTagged !== true) return undefined;
  let point: TagPoint | undefined;
  let left = known.last;
  for (const [name, other] of repository.tags) {
    if (other.gone || name === tag) continue;
    if (other.digest === to && (point === undefined || other.last < point.since)) {
      point = { ...other, since: other.last };
    }
    if (other.digest === known.digest) left = Math.min(left, other.last);
  }
  if (point === undefined || left - point.since < ELDER) return undefined;
  const { since } = point;
  const between = new Set<string>();
  for (const { digest, last } of repository.tags.values()) {
    if (last > since && last < left && digest !== to) between.add(digest);
  }
  return { tag, to, known, point, until: undefined, skipped: between.size };
}
