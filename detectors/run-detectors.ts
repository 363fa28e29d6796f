import { audienceOf, type EventType } from '../services/core/events/catalogue.ts';
import type { Entry } from '../services/core/events/event.ts';
import type { Finding } from '../services/core/finding.ts';
import type { DetectionPolicy } from './detection-policy.ts';
import type { Detector, FindingDraft, JudgeContext } from './detector.ts';
import { scoreOf, toFinding } from './findings.ts';
import { nextDue } from './view/due-queue.ts';
import { actorOf, timeOf } from './view/entry-facts.ts';
import { evolve } from './view/evolve.ts';
import { duePushes } from './view/evolve-provenance.ts';
import type { ProjectView } from './view/project-view.ts';

/** Findings of one detector about one entry; a hostile push of a thousand tags is one story, not a thousand. */
const MAX_FINDINGS = 64;

/** Judges an entry with the view as it was before, then folds the entry into the view. Pure but for the view. */
export type DetectStep = (
  view: ProjectView,
  entry: Entry,
  policy: DetectionPolicy,
) => readonly Finding[];

const NOTHING: readonly Finding[] = [];

/**
 * Guarantees that equal views and entries give equal findings in equal order: pushes whose time is over first, then
 * what the detectors that listen to the entry's type say, in the order given. Our own facts are skipped whole.
 */
export function createDetectStep(detectors: readonly Detector[]): DetectStep {
  const listeners = new Map<EventType, Detector[]>();
  for (const detector of detectors) {
    for (const type of detector.metadata.listensTo) {
      listeners.set(type, [...(listeners.get(type) ?? []), detector]);
    }
  }
  const awaiting = detectors.filter((detector) => detector.judgeDue !== undefined);

  return (view, entry, policy) => {
    const { event } = entry;
    if (audienceOf(event.type) === 'provost') return NOTHING;
    const at = timeOf(event);
    const now = Math.max(view.now, at);
    const listening = listeners.get(event.type);
    let findings: Finding[] | undefined;
    const someDue = now >= nextDue(view.due);
    if (listening !== undefined || someDue) {
      findings = [];
      const context: JudgeContext = { entry, view, policy, at, actor: actorOf(event) };
      for (const due of someDue ? duePushes(view, now, event) : []) {
        for (const detector of awaiting) {
          collect(findings, detector, detector.judgeDue?.(context, due) ?? [], context);
        }
      }
      for (const detector of listening ?? []) {
        collect(findings, detector, detector.judge(context), context);
      }
    }
    evolve(view, entry);
    return findings ?? NOTHING;
  };
}

function collect(
  findings: Finding[],
  detector: Detector,
  drafts: readonly FindingDraft[],
  context: JudgeContext,
): void {
  if (context.policy.rules[detector.metadata.rule]?.enabled === false) return;
  for (const draft of heaviest(drafts)) {
    findings.push(toFinding(detector.metadata, draft, context));
  }
}

/** A flood must not wash away what weighs most; what is kept stays in its order. */
function heaviest(drafts: readonly FindingDraft[]): readonly FindingDraft[] {
  if (drafts.length <= MAX_FINDINGS) return drafts;
  const kept = new Set(
    [...drafts].sort((one, other) => scoreOf(other) - scoreOf(one)).slice(0, MAX_FINDINGS),
  );
  return drafts.filter((draft) => kept.has(draft));
}
