import type { ContextDraft } from '../detector.ts';
import { matchesGlob } from '../text/match-glob.ts';
import type { Announcement, ProjectView } from '../view/project-view.ts';

export type Change = {
  readonly rule: string;
  readonly at: number;
  readonly repository: string;
  /** Every tag that the change touches. */
  readonly tags: readonly string[];
  readonly actor: string;
};

/**
 * The announced change that covers this one, as context that lowers. An announcement that names actors or tags says
 * more, so it lowers more; one that names others does not fit at all. It never silences a finding.
 */
export function announcedChange(
  view: Pick<ProjectView, 'announcements'>,
  change: Change,
): readonly ContextDraft[] {
  const fitting = view.announcements.find((announcement) => fits(announcement, change));
  if (fitting === undefined) return [];
  const named = fitting.actors !== undefined || fitting.tags !== undefined;
  return [
    {
      kind: 'announced-change',
      reason: `Announced beforehand (entry ${fitting.ref.index} of shard ${fitting.ref.shard}): ${fitting.reason}`,
      effect: named ? -0.5 : -0.35,
    },
  ];
}

function fits(announcement: Announcement, change: Change): boolean {
  const { from, until, repository, actors, tags, rules } = announcement;
  return (
    change.at >= from &&
    change.at <= until &&
    (repository === undefined || repository === change.repository) &&
    (actors === undefined || actors.includes(change.actor)) &&
    (tags === undefined || coversAll(tags, change.tags)) &&
    (rules === undefined || rules.includes(change.rule))
  );
}

/** A change that touches no tag that we know of is not one of the announced tags. */
function coversAll(patterns: readonly string[], tags: readonly string[]): boolean {
  return (
    tags.length > 0 && tags.every((tag) => patterns.some((pattern) => matchesGlob(pattern, tag)))
  );
}
