import { deadlineEvent } from './deadline-event.ts';
import type { DetectionPolicy } from './detection-policy.ts';
import type { Detector, FindingDraft, JudgeContext } from './detector.ts';
import { duePushes } from './view/evolve-provenance.ts';
import { lastDeadline } from './view/last-deadline.ts';
import type { ProjectView } from './view/project-view.ts';

/** What only the passing of time shows of a project; reads the view and changes nothing. */
export type DeadlineJudging = {
  /** Whether a rule would find something in an entry that states this deadline. */
  readonly isNews: (view: ProjectView, deadline: number, policy: DetectionPolicy) => boolean;
  /** Pushes that would be found should nothing more come, ever: they still wait for what explains them. */
  readonly countAwaiting: (view: ProjectView, policy: DetectionPolicy) => number;
};

/** Asks the detectors themselves, so that what they need not hear is never stated. */
export function createDeadlineJudging(detectors: readonly Detector[]): DeadlineJudging {
  const awaiting = detectors.filter(({ judgeDue }) => judgeDue !== undefined);
  const listening = detectors.filter(({ metadata }) =>
    metadata.listensTo.includes('deadline.passed'),
  );

  const draftsAt = (
    view: ProjectView,
    deadline: number,
    policy: DetectionPolicy,
  ): readonly FindingDraft[] => {
    const event = deadlineEvent(view.project, deadline, deadline);
    const entry = { shard: 0, index: 0, event };
    const context: JudgeContext = { entry, view, policy, at: deadline, actor: '' };
    const isEnabled = ({ metadata }: Detector) => policy.rules[metadata.rule]?.enabled !== false;
    const due = duePushes(view, deadline, event);
    return [
      ...awaiting
        .filter(isEnabled)
        .flatMap(({ judgeDue }) => due.flatMap((push) => judgeDue?.(context, push) ?? [])),
      ...listening.filter(isEnabled).flatMap(({ judge }) => judge(context)),
    ];
  };

  return {
    isNews: (view, deadline, policy) => draftsAt(view, deadline, policy).length > 0,
    countAwaiting: (view, policy) => {
      const last = lastDeadline(view, FOREVER);
      if (last === undefined) return 0;
      // Only what is said of an earlier entry is said of something that waits.
      const pushes = draftsAt(view, last, policy).flatMap(({ about }) => about?.ref ?? []);
      return new Set(pushes.map(({ source, id }) => JSON.stringify([source, id]))).size;
    },
  };
}

/** The latest moment that a date can name. */
const FOREVER = 8.64e15;
