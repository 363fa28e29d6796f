import { taintElsewhereExamples } from '../examples/taint-elsewhere-examples.ts';
import { describeReached, describeUse } from '../taint-join/describe-taint.ts';
import { taintJoin } from '../taint-join.ts';
import { joinTaint } from '../view/taints/join-taint.ts';
import { matchUse } from '../view/taints/match-use.ts';
import type { LaneContext, LaneDetector, LaneDraft } from './lane-detector.ts';
import { takenBy } from './view/learn-lane.ts';

/** The part of {@link taintJoin} that looks across projects: what one calls bad and others used, a finding for each. */
function judge(context: LaneContext): readonly LaneDraft[] {
  const { lane, fact } = context;
  const { statement, use, actor } = fact;
  if (statement !== undefined) {
    const drafts: LaneDraft[] = [];
    for (const [project, uses] of joinTaint(takenBy(lane), statement).reached) {
      // The project that says it has its own finding.
      if (project === fact.project) continue;
      const forgotten = lane.projects.get(project)?.uses.forgotten ?? false;
      const draft = describeReached(statement.statement, project, uses, forgotten);
      drafts.push({ project, draft, parts: [] });
    }
    return drafts;
  }
  const match = use && matchUse(lane.bad, use);
  if (use === undefined || match === undefined) return [];
  if (match.taint.statement.project === fact.project) return [];
  const draft = describeUse(fact.project, use, match, actor);
  return [{ project: fact.project, draft, parts: [] }];
}

export const taintElsewhere: LaneDetector = {
  metadata: taintJoin.metadata,
  judge,
  examples: taintElsewhereExamples,
};
