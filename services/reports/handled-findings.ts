import { type Alert, type AlertStatus, initialState, statusAt } from '../alerts/alert.ts';
import { foldEntry } from '../alerts/evolve-alerts.ts';
import { FOLDED_TYPES } from '../alerts/folded-types.ts';
import type { EventOf } from '../core/events/event.ts';
import { type Finding, SEVERITIES } from '../core/finding.ts';
import type { Ledger, StoredEntry } from '../ledger/ledger.ts';
import { searchAll } from '../ledger/search-all.ts';
import { compareEntries } from './compare-entries.ts';

/** A finding of the period and what became of it. */
export type HandledFinding = {
  readonly finding: Finding;
  /** Where its event stands. */
  readonly shard: number;
  readonly index: number;
  /** Our clock, RFC 3339. */
  readonly raisedAt: string;
  readonly state: AlertStatus;
  /** Without one the fold knows nothing of it: it is open. */
  readonly alert: Alert | undefined;
};

/**
 * The findings about something that happened in the period, or raised in it, worst first, each with the state of its
 * alert at `now`: how findings were handled includes what was done after the period.
 */
export async function readHandledFindings(
  ledger: Pick<Ledger, 'search'>,
  scope: { readonly project: string; readonly from: string; readonly to: string },
  now: number,
): Promise<readonly HandledFinding[]> {
  const entries: StoredEntry[] = [];
  for await (const entry of searchAll(ledger, { project: scope.project, types: FOLDED_TYPES })) {
    entries.push(entry);
  }
  entries.sort(compareEntries);
  const state = initialState();
  // The fold forgets alerts that are long over; a report on that time still needs them.
  const alerts = new Map<string, Alert>();
  for (const { shard, index, event } of entries) {
    for (const fact of foldEntry(state, { shard, index, event })) {
      if (fact.kind !== 'opened' && fact.kind !== 'folded' && fact.kind !== 'escalated') continue;
      const alert = state.alerts.get(fact.alertId);
      if (alert !== undefined) alerts.set(fact.finding.findingId, alert);
    }
  }
  return entries
    .filter(isFinding)
    .filter(({ event }) => isInPeriod(event, scope))
    .map(({ shard, index, event }) => {
      const { finding } = event.data;
      const alert = alerts.get(finding.findingId);
      const status = alert === undefined ? 'open' : statusAt(alert, now);
      return { finding, shard, index, raisedAt: event.receivedtime, state: status, alert };
    })
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(b.finding.severity) - SEVERITIES.indexOf(a.finding.severity) ||
        Date.parse(a.finding.occurredAt) - Date.parse(b.finding.occurredAt) ||
        compareEntries(a, b),
    );
}

function isFinding(
  entry: StoredEntry,
): entry is StoredEntry & { readonly event: EventOf<'finding.raised'> } {
  return entry.event.type === 'finding.raised';
}

function isInPeriod(
  event: EventOf<'finding.raised'>,
  { from, to }: { readonly from: string; readonly to: string },
): boolean {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return [event.time, event.data.finding.occurredAt].some((time) => {
    const at = Date.parse(time);
    return at >= start && at < end;
  });
}
