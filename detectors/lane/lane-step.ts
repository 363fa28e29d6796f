import type { EventType } from '../../services/core/events/catalogue.ts';
import type { Entry } from '../../services/core/events/event.ts';
import type { Finding } from '../../services/core/finding.ts';
import { announcedChange } from '../context/announced-change.ts';
import type { DetectionPolicy } from '../detection-policy.ts';
import type { ContextDraft } from '../detector.ts';
import { toFinding } from '../findings.ts';
import { isJudged } from '../run-detectors.ts';
import { addOnce } from '../view/bounded-map.ts';
import { actorOf, timeOf } from '../view/entry-facts.ts';
import type { LaneDetector, LaneDraft } from './lane-detector.ts';
import { laneActOf } from './view/lane-act.ts';
import { type Retag, retagsOf } from './view/lane-moves.ts';
import { type LaneView, MAX_LANE_SAID } from './view/lane-view.ts';
import { learnLane } from './view/learn-lane.ts';

/** A finding of the second lane, and the project whose finding it is. */
export type LaneFinding = { readonly project: string; readonly finding: Finding };

export type LaneStep = (
  lane: LaneView,
  entry: Entry,
  policyOf: (project: string) => DetectionPolicy,
) => readonly LaneFinding[];

const NOTHING: readonly LaneFinding[] = [];
const NO_RETAGS: readonly Retag[] = [];

/**
 * Judges an entry with the lane's view as it was before, then folds the entry into it. Equal entries in equal order
 * give equal findings, whatever shards they lie in; a finding that was raised is not raised again.
 */
export function createLaneStep(detectors: readonly LaneDetector[]): LaneStep {
  const listeners = new Map<EventType, LaneDetector[]>();
  for (const detector of detectors) {
    for (const type of detector.metadata.listensTo) {
      listeners.set(type, [...(listeners.get(type) ?? []), detector]);
    }
  }
  return (lane, entry, policyOf) => {
    const { event } = entry;
    if (!isJudged(event.type)) return NOTHING;
    const at = timeOf(event);
    const act = laneActOf(event);
    const listening = listeners.get(event.type);
    let findings: LaneFinding[] | undefined;
    const retags = act?.level === 'write' ? retagsOf(lane, event) : NO_RETAGS;
    const context = { entry, lane, policyOf, at, actor: actorOf(event), act, retags };
    if (listening !== undefined) {
      for (const { metadata, judge } of listening) {
        for (const { project, draft, parts } of judge(context)) {
          const policy = policyOf(project);
          if (policy.rules[metadata.rule]?.enabled === false) continue;
          const cover = coverOf(lane, metadata.rule, parts, at, context.actor);
          const covered = { ...draft, context: [...draft.context, ...cover] };
          const finding = toFinding(metadata, covered, { entry, policy, at, actor: context.actor });
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
