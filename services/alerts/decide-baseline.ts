import { undeclaredKey } from '../../detectors/baseline-violation/describe-violation.ts';
import { explains } from '../../detectors/context/approved-baseline/explains.ts';
import type { ApprovedBaseline } from '../../detectors/view/baselines/baselines-view.ts';
import { approvalOf } from '../../detectors/view/baselines/fold-baseline.ts';
import type { Entry, EventOf } from '../core/events/event.ts';
import { type Alert, type AlertsState, isWorse, type Strange, worst } from './alert.ts';
import type { AlertFact } from './alert-facts.ts';
import { explainedEventId } from './alert-ids.ts';
import { mayBecome } from './may-become.ts';

/**
 * Judges the open alerts of the repository again, now that something is known good there. An alert is closed when what
 * is approved there explains each of its findings, wholly; it is lowered to the worst of its findings that nothing
 * explains; else it stays as it is. An approval that does not count (one person alone, nothing proposed) does nothing.
 */
export function decideBaseline(
  state: AlertsState,
  entry: Entry & { readonly event: EventOf<'baseline.approved'> },
): readonly AlertFact[] {
  const { event, shard, index } = entry;
  const baselines = state.baselines.get(event.project);
  const approval = baselines && approvalOf(baselines, entry);
  if (approval === undefined) return [];
  const { repository, baseline } = approval;
  const at = Date.parse(event.receivedtime);
  const others = (baselines?.approved.get(repository) ?? []).filter(({ id }) => id !== baseline.id);
  const reason = `Known good: baseline ${baseline.id} version ${baseline.version}, proposed by ${baseline.proposedBy} and approved by ${baseline.approvedBy} (entry ${index} of shard ${shard})`;
  return [...state.alerts.values()].flatMap((alert): readonly AlertFact[] => {
    const { alertId, project, subject } = alert;
    if (project !== event.project || subject.repository !== repository) return [];
    if (!mayBecome(alert, 'resolved', at)) return [];
    const left = unexplainedOf(alert, baseline, others);
    if (left === undefined) return [];
    const common = { alertId, at, position: { shard, index } };
    const [first, ...more] = left;
    if (first === undefined) {
      const eventId = explainedEventId(alertId, baseline.id, baseline.version);
      const { receivedtime } = event;
      return [{ kind: 'explained', ...common, eventId, receivedtime, reason }];
    }
    const weight = more.reduce(worst, worst(first, first));
    return isWorse(alert, weight) ? [{ kind: 'lowered', ...common, ...weight, reason }] : [];
  });
}

/** What no baseline of the repository explains of an alert; undefined when the new one has nothing to say of it. */
function unexplainedOf(
  { rule, subject, strange }: Alert,
  baseline: ApprovedBaseline,
  others: readonly ApprovedBaseline[],
): readonly Strange[] | undefined {
  // That nobody had declared anything is over with the first declaration.
  if (rule === 'baseline-violation' && subject.key === undeclaredKey(subject.repository ?? ''))
    return [];
  if (strange === undefined) return undefined;
  const isExplained = (known: ApprovedBaseline, one: Strange) =>
    explains(known, one.ways, one) !== undefined;
  if (!strange.some((one) => isExplained(baseline, one))) return undefined;
  return strange.filter((one) => ![baseline, ...others].some((known) => isExplained(known, one)));
}
