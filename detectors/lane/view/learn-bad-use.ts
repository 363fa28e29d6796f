import type { Entry } from '../../../services/core/events/event.ts';
import { actorOf } from '../../view/entry-facts.ts';
import { rememberMatch } from '../../view/taints/learn-taints.ts';
import { matchUse } from '../../view/taints/match-use.ts';
import { useOf } from '../../view/taints/uses-of.ts';
import type { LaneView } from './lane-view.ts';

/** What is made of something bad is bad in every project. */
export function learnBadUse({ bad }: LaneView, entry: Entry): void {
  if (bad.tainted.size === 0 && bad.ranges.size === 0) return;
  const use = useOf(entry.event);
  const match = use && matchUse(bad, use);
  if (use !== undefined && match !== undefined) {
    rememberMatch(bad, use, match, actorOf(entry.event));
  }
}
