import type { EventType } from '../services/core/events/catalogue.ts';
import type { Entry } from '../services/core/events/event.ts';
import type { Finding } from '../services/core/finding.ts';
import { announcedChange } from './context/announced-change.ts';
import { approvedBaseline } from './context/approved-baseline.ts';
import type { DetectionPolicy } from './detection-policy.ts';
import type { ContextDraft, Detector, FindingDraft, JudgeContext } from './detector.ts';
import { scoreOf, toFinding } from './findings.ts';
import { addOnce } from './view/bounded-map.ts';
import { learnFindings } from './view/cases/learn-findings.ts';
import { nextDue } from './view/due-queue.ts';
import { actorOf, refOf, timeOf } from './view/entry-facts.ts';
import { evolve } from './view/evolve.ts';
import { duePushes } from './view/evolve-provenance.ts';
import { MAX_SAID } from './view/limits.ts';
import type { ProjectView } from './view/project-view.ts';

/** Findings of one detector about one entry; a hostile push of a thousand tags is one story, not a thousand. */
const MAX_FINDINGS = 64;

/** Judges an entry with the view as it was before, then folds the entry into the view. Pure but for the view. */
export type DetectStep = (
  view: ProjectView,
  entry: Entry,
  policy: DetectionPolicy,
) => readonly Finding[];

/** A detector as the loop over every event needs it: detectors differ in which functions they have, these do not. */
type Listener = {
  readonly detector: Detector;
  readonly judge: Detector['judge'];
  readonly learn: Detector['learn'];
};

const NO_LISTENERS: readonly Listener[] = [];

const NOTHING: readonly Finding[] = [];

/**
 * Guarantees that equal views and entries give equal findings in equal order: pushes whose time is over first, then
 * what the detectors that listen to the entry's type say, in the order given; then the second-order rules about all that. Announced changes and approved baselines
 * that cover a finding are added to its context here, for every rule alike.
 */
export function createDetectStep(detectors: readonly Detector[]): DetectStep {
  const listeners = new Map<EventType, Listener[]>();
  for (const detector of detectors) {
    const { judge, learn } = detector;
    for (const type of detector.metadata.listensTo) {
      listeners.set(type, [...(listeners.get(type) ?? []), { detector, judge, learn }]);
    }
  }
  const awaiting = detectors.filter((detector) => detector.judgeDue !== undefined);
  const secondOrder = detectors.filter((detector) => detector.judgeFindings !== undefined);

  return (view, entry, policy) => {
    const { event } = entry;
    if (!isJudged(event.type)) return NOTHING;
    const at = timeOf(event);
    const now = Math.max(view.now, at);
    const listening = listeners.get(event.type);
    let findings: Finding[] | undefined;
    const someDue = now >= nextDue(view.due);
    if (listening !== undefined || someDue) {
      findings = [];
      const context: JudgeContext = { entry, view, policy, at, actor: actorOf(event) };
      if (someDue) {
        for (const due of duePushes(view, now, event)) {
          for (const detector of awaiting) {
            collect(findings, detector, detector.judgeDue?.(context, due) ?? [], context);
          }
        }
      }
      for (const { detector, judge, learn } of listening ?? NO_LISTENERS) {
        const drafts = judge(context);
        if (drafts.length > 0) collect(findings, detector, drafts, context);
        if (learn !== undefined) learn(context);
      }
      if (findings.length > 0) {
        const found = [...findings];
        for (const detector of secondOrder) {
          collect(findings, detector, detector.judgeFindings?.(context, found) ?? [], context);
        }
        learnFindings(context, found);
      }
    }
    evolve(view, entry);
    return findings ?? NOTHING;
  };
}

const OWN_TALK = ['finding.', 'alert.', 'notification.', 'audit.', 'export.', 'credential.'];

/**
 * Whether detection looks at events of the type. It never looks at what itself, the alerts, the reports and the tokens
 * say (a detector ignores its own output); what the service observes of its producers and its ledger it judges.
 */
export function isJudged(type: EventType): boolean {
  const known = judged.get(type);
  if (known !== undefined) return known;
  const answer = !OWN_TALK.some((prefix) => type.startsWith(prefix));
  judged.set(type, answer);
  return answer;
}

/** The answer for each type of the catalogue: asked of every event. */
const judged = new Map<EventType, boolean>();

function collect(
  findings: Finding[],
  detector: Detector,
  drafts: readonly FindingDraft[],
  context: JudgeContext,
): void {
  if (drafts.length === 0) return;
  if (context.policy.rules[detector.metadata.rule]?.enabled === false) return;
  for (const draft of heaviest(drafts)) {
    const covered = {
      ...draft,
      ...(draft.identity === undefined
        ? {}
        : // Two projects may see one run or source; each of them tells its own story of it.
          { identity: [context.view.project, ...draft.identity] }),
      context: [...draft.context, ...coverOf(detector, draft, context)],
    };
    const ref = refOf(context.entry);
    const finding = toFinding(detector.metadata, covered, { ...context, ref });
    // One with an identity of its own may come up again with further entries; told in other words under the same id it
    // would look like a forged repetition.
    const { said } = context.view;
    if (draft.identity !== undefined && !addOnce(said, finding.findingId, MAX_SAID)) continue;
    findings.push(finding);
  }
}

/** What people said beforehand that covers this: an announced change, an approved baseline. */
function coverOf(
  { metadata: { rule } }: Detector,
  draft: FindingDraft,
  context: JudgeContext,
): readonly ContextDraft[] {
  const { view } = context;
  const change = {
    rule,
    at: draft.about?.at ?? context.at,
    repository: draft.subject.repository ?? '',
    tags: draft.tags ?? (draft.subject.tag === undefined ? [] : [draft.subject.tag]),
    actor: draft.about?.actor ?? context.actor,
  };
  return [
    ...announcedChange(view, change),
    ...approvedBaseline(view, change, draft, context.entry.event),
  ];
}

/** A flood must not wash away what weighs most; what is kept stays in its order. */
function heaviest(drafts: readonly FindingDraft[]): readonly FindingDraft[] {
  if (drafts.length <= MAX_FINDINGS) return drafts;
  const kept = new Set(
    [...drafts].sort((one, other) => scoreOf(other) - scoreOf(one)).slice(0, MAX_FINDINGS),
  );
  return drafts.filter((draft) => kept.has(draft));
}
