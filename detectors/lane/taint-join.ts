import { taintElsewhereExamples } from '../examples/taint-elsewhere-examples.ts';
import { describeReached, describeUse } from '../taint-join/describe-taint.ts';
import { taintJoin } from '../taint-join.ts';
import { joinTaint } from '../view/taints/join-taint.ts';
import { matchUse } from '../view/taints/match-use.ts';
import { readStatement } from '../view/taints/read-statement.ts';
import { useOf } from '../view/taints/uses-of.ts';
import type { LaneContext, LaneDetector, LaneDraft } from './lane-detector.ts';
import { takenBy } from './view/learn-lane.ts';

/** The part of {@link taintJoin} that looks across projects: what one calls bad and others used, a finding for each. */
function judge(context: LaneContext): readonly LaneDraft[] {
  const { lane, entry, actor } = context;
  const { event } = entry;
  if (event.type === 'digest.tainted') {
    const statement = readStatement({ ...entry, event });
    const drafts: LaneDraft[] = [];
    for (const [project, uses] of joinTaint(takenBy(lane), statement).reached) {
      // The project that says it has its own finding.
      if (project === event.project) continue;
      const forgotten = lane.projects.get(project)?.taints.forgotten ?? false;
      const draft = describeReached(statement.statement, project, uses, forgotten);
      drafts.push({ project, draft, parts: [] });
    }
    return drafts;
  }
  if (lane.bad.tainted.size === 0 && lane.bad.ranges.size === 0) return [];
  const use = useOf(event);
  const match = use && matchUse(lane.bad, use);
  if (use === undefined || match === undefined) return [];
  if (match.taint.statement.project === event.project) return [];
  const draft = describeUse(event.project, use, match, actor);
  return [{ project: event.project, draft, parts: [] }];
}

export const taintElsewhere: LaneDetector = {
  metadata: taintJoin.metadata,
  judge,
  examples: taintElsewhereExamples,
};
