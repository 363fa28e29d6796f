import type { Entry } from '../../../services/core/events/event.ts';
import { actorOf, tagChangesOf } from '../entry-facts.ts';
import { DAY } from '../limits.ts';
import type { ApprovedBaseline, BaselinesView } from './baselines-view.ts';
import { circumstancesOf, isInScope, tagsInScope } from './in-scope.ts';

/** Changes that a baseline with a rate has counted on the day of the moment; a late one counts on the newest day. */
export function changesOn({ today }: ApprovedBaseline, at: number): number {
  return today === undefined || Math.floor(at / DAY) > today.day ? 0 : today.changes;
}

/** Counts a change for the approved baselines of its repository that say how many there may be in a day. */
export function countChange(baselines: BaselinesView, { event }: Entry, at: number): void {
  if (baselines.count === 0) return;
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return;
  for (const baseline of baselines.approved.get(event.data.repository) ?? []) {
    if (baseline.value.rate === undefined) continue;
    const { scope } = baseline;
    const tags = tagsInScope(
      scope,
      tagChangesOf(event).map(({ tag }) => tag),
    );
    if (!isInScope(scope, circumstancesOf(event, tags, actorOf(event)))) continue;
    const day = Math.max(Math.floor(at / DAY), baseline.today?.day ?? 0);
    baseline.today = { day, changes: changesOn(baseline, at) + 1 };
  }
}
