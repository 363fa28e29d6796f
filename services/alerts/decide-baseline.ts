import { explains } from '../../detectors/context/approved-baseline/explains.ts';
import { approvalOf } from '../../detectors/view/baselines/fold-baseline.ts';
import type { Entry, EventOf } from '../core/events/event.ts';
import type { Alert, AlertsState } from './alert.ts';
import type { AlertFact } from './alert-facts.ts';
import { explainedEventId } from './alert-ids.ts';
import { mayBecome } from './may-become.ts';

/**
 * The alerts that an approval closes: every open one of the repository whose findings the baseline explains, each of
 * them and wholly. An approval that does not count (one person alone, nothing proposed) closes none.
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
  const reason = `Known good: baseline ${baseline.id} version ${baseline.version}, proposed by ${baseline.proposedBy} and approved by ${baseline.approvedBy} (entry ${index} of shard ${shard})`;
  const isExplained = ({ project, subject, strange }: Alert) =>
    project === event.project &&
    subject.repository === repository &&
    strange?.every((one) => explains(baseline, one.ways, one) !== undefined);
  return [...state.alerts.values()]
    .filter((alert) => mayBecome(alert, 'resolved', at) && isExplained(alert))
    .map(({ alertId }) => ({
      kind: 'explained',
      alertId,
      at,
      position: { shard, index },
      eventId: explainedEventId(alertId, baseline.id, baseline.version),
      receivedtime: event.receivedtime,
      reason,
    }));
}
