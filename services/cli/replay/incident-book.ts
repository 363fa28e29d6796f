import { type AlertsState, initialState } from '../../alerts/alert.ts';
import type { AlertFact } from '../../alerts/alert-facts.ts';
import { foldEntry } from '../../alerts/evolve-alerts.ts';
import { type Entry, type EventOf, OWN_SOURCE } from '../../core/events/event.ts';
import { DISPOSITIONS } from '../../core/finding.ts';
import type { AlertLine } from './replay-lines.ts';

/**
 * Folds findings into alerts and incidents exactly as the service does, and hands out each incident when it is over.
 * In a replay nobody closes anything, so an incident that has been quiet for a day is resolved as a person would have
 * done: what comes later to the same subject is news again, and counts again.
 */
export type IncidentBook = {
  /** Takes a finding; answers with the incidents that were over before it. */
  readonly add: (
    entry: Entry & { readonly event: EventOf<'finding.raised'> },
  ) => readonly AlertLine[];
  /** Hands out the incidents that are still open. */
  readonly close: () => readonly AlertLine[];
};

const QUIET_MS = 24 * 3_600_000;

type OpenIncident = {
  readonly project: string;
  readonly line: AlertLine & {
    rules: string[];
    disposition: AlertLine['disposition'];
    findings: number;
  };
  last: number;
};

export function createIncidentBook(): IncidentBook {
  const state = initialState();
  // Oldest first by their last finding.
  const open = new Map<string, OpenIncident>();

  return {
    add: (entry) => {
      const at = Date.parse(entry.event.receivedtime);
      const over: AlertLine[] = [];
      for (const [incidentId, incident] of open) {
        if (at - incident.last <= QUIET_MS) break;
        open.delete(incidentId);
        resolve(state, incidentId, incident, entry);
        over.push(incident.line);
      }
      for (const fact of foldEntry(state, entry)) note(state, open, fact, entry, at);
      return over;
    },
    close: () => [...open.values()].map((incident) => incident.line),
  };
}

function note(
  state: AlertsState,
  open: Map<string, OpenIncident>,
  fact: AlertFact,
  entry: Entry & { readonly event: EventOf<'finding.raised'> },
  at: number,
): void {
  if (fact.kind !== 'opened' && fact.kind !== 'escalated' && fact.kind !== 'folded') return;
  const incidentId = state.alerts.get(fact.alertId)?.incidentId;
  if (incidentId === undefined) return;
  const { finding } = fact;
  const known = open.get(incidentId) ?? {
    project: entry.event.project,
    last: at,
    line: {
      kind: 'alert',
      id: incidentId,
      rules: [],
      disposition: finding.disposition,
      subject: finding.subject.key,
      line: entry.index,
      findings: 0,
    },
  };
  const { line } = known;
  if (!line.rules.includes(finding.rule)) line.rules.push(finding.rule);
  if (DISPOSITIONS.indexOf(finding.disposition) > DISPOSITIONS.indexOf(line.disposition)) {
    line.disposition = finding.disposition;
  }
  line.findings += 1;
  known.last = Math.max(known.last, at);
  open.delete(incidentId);
  open.set(incidentId, known);
}

function resolve(state: AlertsState, incidentId: string, incident: OpenIncident, now: Entry): void {
  for (const alertId of state.incidents.get(incidentId)?.alertIds ?? []) {
    foldEntry(state, {
      ...now,
      event: {
        specversion: '1.0',
        id: `resolved:${alertId}`,
        source: OWN_SOURCE,
        type: 'alert.resolved',
        time: now.event.receivedtime,
        receivedtime: now.event.receivedtime,
        project: incident.project,
        trust: 'authenticated',
        data: {
          project: incident.project,
          alertId,
          incidentId,
          by: 'replay',
          reason: 'Quiet for a day',
        },
      },
    });
  }
  // Nobody is told in a replay: what waits to be announced would only grow.
  state.unannounced.clear();
}
