import type { Finding } from '../core/finding.ts';
import { type AlertsState, type Incident, statusAt } from './alert.ts';

const MINUTE = 60_000;
/** An incident takes new alerts until it has been quiet for this long … */
const INCIDENT_QUIET_MS = 6 * 60 * MINUTE;
/** … and never for longer than this, so that a slow trickle cannot hide in yesterday's page. */
export const INCIDENT_MAX_MS = 24 * 60 * MINUTE;

/**
 * The incident that a new alert belongs to: one of the same project that shares an actor, a digest or a repository,
 * is still warm, and has an alert that somebody still has to deal with (an incident that people have closed takes
 * nothing in silence). Of several, the oldest.
 */
export function findIncident(
  state: AlertsState,
  project: string,
  finding: Finding,
  at: number,
): Incident | undefined {
  let oldest: Incident | undefined;
  for (const key of incidentKeysOf(project, finding)) {
    const incident = state.incidents.get(state.incidentKeys.get(key) ?? '');
    if (incident === undefined || !isJoinable(state, incident, at)) continue;
    if (oldest === undefined || comesBefore(incident, oldest)) oldest = incident;
  }
  return oldest;
}

/** What makes alerts of a project belong together. */
export function incidentKeysOf(project: string, finding: Finding): readonly string[] {
  const { subject } = finding;
  const actor = finding.actor ?? subject.principal;
  const keys: string[] = [];
  if (actor !== undefined && actor !== '') keys.push(JSON.stringify([project, 'actor', actor]));
  if (subject.digest) keys.push(JSON.stringify([project, 'digest', subject.digest]));
  if (subject.repository) keys.push(JSON.stringify([project, 'repository', subject.repository]));
  // Producers that name nobody tell a burst of tags or packages that have nothing else in common.
  if (keys.length === 0 && (subject.kind === 'package' || subject.kind === 'source-ref')) {
    keys.push(JSON.stringify([project, 'unnamed', subject.kind]));
  }
  return keys;
}

/** Whether an alert of this moment may still join. */
export function isJoinable(state: AlertsState, incident: Incident, at: number): boolean {
  return (
    at - incident.lastSeenAt <= INCIDENT_QUIET_MS &&
    at - incident.openedAt <= INCIDENT_MAX_MS &&
    incident.alertIds.some((alertId) => {
      const alert = state.alerts.get(alertId);
      if (alert === undefined) return false;
      const status = statusAt(alert, at);
      return status === 'open' || status === 'acknowledged';
    })
  );
}

function comesBefore(a: Incident, b: Incident): boolean {
  return a.openedAt === b.openedAt ? a.incidentId < b.incidentId : a.openedAt < b.openedAt;
}
