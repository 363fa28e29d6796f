import { DEFAULT_POLICY, type DetectionPolicy } from '../../detectors/detection-policy.ts';
import type { Detector, Example } from '../../detectors/detector.ts';
import type { LaneDetector } from '../../detectors/lane/lane-detector.ts';
import { createLaneStep, type LaneFinding } from '../../detectors/lane/lane-step.ts';
import { laneFactOf } from '../../detectors/lane/view/lane-fact.ts';
import { createLaneView, type LaneView } from '../../detectors/lane/view/lane-view.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { createProjectView } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import type { Finding } from '../../services/core/finding.ts';

export function entryOf(event: ProvostEvent, index: number, shard = 0): Entry {
  return { shard, index, event };
}

/** What the detectors say about each event of a story, in order, and the view after it. */
export function judgeStory(
  detectors: readonly Detector[],
  events: readonly ProvostEvent[],
  policy: Partial<DetectionPolicy> = {},
): { readonly findings: readonly (readonly Finding[])[]; readonly view: ProjectView } {
  const step = createDetectStep(detectors);
  const view = createProjectView('lab');
  const findings = events.map((event, index) =>
    step(view, entryOf(event, index), { ...DEFAULT_POLICY, ...policy }),
  );
  return { findings, view };
}

/** What a detector says about the last event of an example; a second-order one hears what the others say. */
export function runExample(detector: Detector, example: Example): readonly Finding[] {
  const events = [...example.given, example.when];
  const others = detector.judgeFindings === undefined ? [] : DETECTORS.filter(isFirstOrder);
  const raised = judgeStory([...others, detector], events, example.policy).findings.at(-1) ?? [];
  return raised.filter(({ rule }) => rule === detector.metadata.rule);
}

function isFirstOrder({ judgeFindings }: Detector): boolean {
  return judgeFindings === undefined;
}

/** What the detectors of the second lane say about each event of the stories of several projects, and the view after it. */
export function judgeTogether(
  detectors: readonly LaneDetector[],
  events: readonly ProvostEvent[],
  policy: Partial<DetectionPolicy> = {},
): { readonly findings: readonly (readonly LaneFinding[])[]; readonly lane: LaneView } {
  const step = createLaneStep(detectors);
  const lane = createLaneView();
  const policyOf = () => ({ ...DEFAULT_POLICY, ...policy });
  const findings = events.map((event, index) =>
    step(lane, laneFactOf(entryOf(event, index)), policyOf),
  );
  return { findings, lane };
}

/** What a detector of the second lane says about the last event of an example. */
export function runLaneExample(detector: LaneDetector, example: Example): readonly Finding[] {
  const { findings } = judgeTogether([detector], [...example.given, example.when], example.policy);
  return (findings.at(-1) ?? []).map(({ finding }) => finding);
}
