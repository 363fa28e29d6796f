import type { EventType } from '../../services/core/events/catalogue.ts';
import type { Finding } from '../../services/core/finding.ts';
import { announcedChange } from '../context/announced-change.ts';
import type { DetectionPolicy } from '../detection-policy.ts';
import type { ContextDraft } from '../detector.ts';
import { toFinding } from '../findings.ts';
import { addOnce } from '../view/bounded-map.ts';
import type { LaneDetector, LaneDraft } from './lane-detector.ts';
import type { LaneFact } from './view/lane-fact.ts';
import { type Retag, retagOf } from './view/lane-moves.ts';
import { type LaneView, MAX_LANE_SAID } from './view/lane-view.ts';
import { learnLane } from './view/learn-lane.ts';

/** A finding of the second lane, and the project whose finding it is. */
export type LaneFinding = { readonly project: string; readonly finding: Finding };

export type LaneStep = (
  lane: LaneView,
  fact: LaneFact,
  policyOf: (project: string) => DetectionPolicy,
) => readonly LaneFinding[];

const NOTHING: readonly LaneFinding[] = [];
const NO_RETAGS: readonly Retag[] = [];

/**
 * Judges what an entry tells with the lane's view as it was before, then folds it in. Equal entries in equal order give
 * equal findings, whatever shards they lie in; a finding that was raised is not raised again.
 */
export function createLaneStep(detectors: readonly LaneDetector[]): LaneStep {
  const listeners = new Map<EventType, LaneDetector[]>();
  for (const detector of detectors) {
    for (const type of detector.metadata.listensTo) {
      listeners.set(type, [...(listeners.get(type) ?? []), detector]);
    }
  }
  return (lane, fact, policyOf) => {
    const { ref, at, actor, act, moves } = fact;
    const listening = listeners.get(fact.type);
    let findings: LaneFinding[] | undefined;
    const retags = act?.level === 'write' ? moves.map((move) => retagOf(lane, move)) : NO_RETAGS;
    const context = { fact, lane, policyOf, retags };
    if (listening !== undefined) {
      for (const { metadata, judge } of listening) {
        for (const { project, draft, parts } of judge(context)) {
          const policy = policyOf(project);
          if (policy.rules[metadata.rule]?.enabled === false) continue;
          const cover = coverOf(lane, metadata.rule, parts, at, actor);
          const covered = { ...draft, context: [...draft.context, ...cover] };
          const finding = toFinding(metadata, covered, { ref, policy, at, actor });
          if (!addOnce(lane.said, finding.findingId, MAX_LANE_SAID)) continue;
          findings = [...(findings ?? []), { project, finding }];
        }
      }
    }
    learnLane(context);
    return findings ?? NOTHING;
  };
}

/** The announcements that cover all of it: one project's announcement does not clear what happens in another. */
function coverOf(
  lane: LaneView,
  rule: string,
  parts: LaneDraft['parts'],
  at: number,
  actor: string,
): readonly ContextDraft[] {
  const covers = parts.map(({ project, repository, tags }) => {
    const known = lane.projects.get(project);
    return known === undefined
      ? undefined
      : announcedChange(known, { rule, at, repository, tags, actor })[0];
  });
  const [first, ...others] = covers;
  if (first === undefined || others.includes(undefined)) return [];
  const weakest = covers.reduce((least, cover) =>
    least !== undefined && cover !== undefined && cover.effect > least.effect ? cover : least,
  );
  return weakest === undefined ? [] : [weakest];
}
