import type { Alert, AlertsState } from './alert.ts';
import { INCIDENT_MAX_MS } from './incident-window.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longer than the ledger remembers event ids (32 days), so that a repeated finding still meets its alert. */
const RETENTION_MS = 35 * DAY;

/**
 * Whether an alert has been over for so long that the next finding starts anew: it is resolved, or it never asked
 * anything of anybody. Alerts that ask for work are kept until somebody closes them.
 */
export function isForgotten(alert: Alert, now: number): boolean {
  const idleSince = Math.max(alert.lastSeenAt, alert.closedAt ?? 0, alert.suppression?.until ?? 0);
  const over = alert.status === 'resolved' || alert.disposition === 'log';
  return over && now - idleSince > RETENTION_MS;
}

/**
 * Evicts, in place and at most once an hour of ledger time, what {@link isForgotten}; a day late, so that no decision
 * depends on when it runs.
 */
export function evictForgotten(state: AlertsState): void {
  if (state.now - state.sweptAt < HOUR) return;
  state.sweptAt = state.now;
  for (const alert of state.alerts.values()) {
    if (!isForgotten(alert, state.now - DAY)) continue;
    state.alerts.delete(alert.alertId);
    if (state.current.get(alert.fingerprint) === alert.alertId)
      state.current.delete(alert.fingerprint);
    const incident = state.incidents.get(alert.incidentId);
    if (incident === undefined) continue;
    incident.alertIds = incident.alertIds.filter((alertId) => alertId !== alert.alertId);
    if (incident.alertIds.length === 0) state.incidents.delete(incident.incidentId);
  }
  for (const [key, incidentId] of state.incidentKeys) {
    const incident = state.incidents.get(incidentId);
    if (incident === undefined || state.now - incident.openedAt > INCIDENT_MAX_MS + DAY)
      state.incidentKeys.delete(key);
  }
}
