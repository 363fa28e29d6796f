import {
  type BaselinesView,
  createBaselinesView,
} from '../../detectors/view/baselines/baselines-view.ts';
import { foldBaseline } from '../../detectors/view/baselines/fold-baseline.ts';
import type { Entry } from '../core/events/event.ts';
import {
  type Alert,
  type AlertsState,
  type HistoryItem,
  type OutboxItem,
  type Weight,
  worst,
} from './alert.ts';
import type { AlertFact, FactOf } from './alert-facts.ts';
import { escalatedEventId, notificationIdOf, openedEventId } from './alert-ids.ts';
import { decide } from './decide-alerts.ts';
import { incidentKeysOf, isJoinable } from './incident-window.ts';
import { evictForgotten } from './retention.ts';
import { withStrange } from './strange.ts';

const MAX_REFERENCES = 100;
const MAX_HISTORY = 100;

/**
 * Folds one ledger entry into the state, in place, and answers with what it meant. Entries come in ledger order, each
 * once; a state fed with the same entries is the same state, whatever was asked of it in between.
 */
export function foldEntry(state: AlertsState, entry: Entry): readonly AlertFact[] {
  const facts = decide(state, entry);
  for (const fact of facts) evolve(state, fact);
  if (entry.event.type.startsWith('baseline.')) foldBaseline(baselinesOf(state, entry), entry);
  return facts;
}

function baselinesOf(state: AlertsState, { event }: Entry): BaselinesView {
  const known = state.baselines.get(event.project) ?? createBaselinesView();
  state.baselines.set(event.project, known);
  return known;
}

/** Applies a fact, in place, and hands the state back. */
function evolve(state: AlertsState, fact: AlertFact): AlertsState {
  state.now = Math.max(state.now, fact.at);
  switch (fact.kind) {
    case 'opened':
      applyOpened(state, fact);
      break;
    case 'escalated':
      applyEscalated(state, fact);
      break;
    case 'folded': {
      const alert = state.alerts.get(fact.alertId);
      if (alert === undefined) break;
      count(state, alert, fact);
      if (alert.suppression !== undefined) alert.suppression.held += 1;
      break;
    }
    case 'decided':
      applyDecision(state, fact);
      break;
    case 'reopened':
      applyReopening(state, fact);
      break;
    case 'explained':
      applyExplanation(state, fact);
      break;
    case 'lowered':
      applyLowering(state, fact);
      break;
    case 'overtaken':
      state.unannounced.delete(fact.eventId);
      break;
    case 'announced':
      applyAnnouncement(state, fact);
      break;
    case 'notified':
      applyNotification(state, fact);
      break;
  }
  evictForgotten(state);
  return state;
}

function applyOpened(state: AlertsState, fact: FactOf<'opened'>): void {
  const { finding, alertId, incidentId, at } = fact;
  const { severity, disposition } = finding;
  const alert: Alert = {
    alertId,
    incidentId,
    fingerprint: fact.fingerprint,
    project: fact.project,
    rule: finding.rule,
    title: finding.title,
    subject: finding.subject,
    ...(finding.actor === undefined ? {} : { actor: finding.actor }),
    severity,
    disposition,
    status: 'open',
    openedAt: at,
    lastSeenAt: at,
    count: 1,
    openedBy: finding.findingId,
    findings: [{ findingId: finding.findingId, position: fact.position, at }],
    history: [],
    ...withStrange([], finding),
    ...(fact.previousAlertId === undefined ? {} : { previousAlertId: fact.previousAlertId }),
  };
  remember(alert, { kind: 'opened', at, position: fact.position });
  state.alerts.set(alertId, alert);
  state.current.set(fact.fingerprint, alertId);
  const previous = state.alerts.get(fact.previousAlertId ?? '');
  if (previous !== undefined && previous.status !== 'resolved') {
    previous.status = 'resolved';
    previous.closedAt = at;
    remember(previous, {
      kind: 'resolved',
      at,
      position: fact.position,
      by: 'provost',
      reason: `The suppression ended; alert ${alertId} continues`,
    });
  }
  joinIncident(state, fact);
  announce(state, alert, fact, 'opened', openedEventId(alertId));
}

function joinIncident(state: AlertsState, fact: FactOf<'opened'>): void {
  const { finding, alertId, incidentId, at } = fact;
  const { severity, disposition } = finding;
  const incident = state.incidents.get(incidentId);
  if (incident === undefined) {
    state.incidents.set(incidentId, {
      incidentId,
      project: fact.project,
      firstAlertId: alertId,
      alertIds: [alertId],
      severity,
      disposition,
      pagedRules: disposition === 'page' ? [finding.rule] : [],
      openedAt: at,
      lastSeenAt: at,
    });
  } else {
    incident.alertIds.push(alertId);
    worsen(state, incidentId, finding);
    incident.lastSeenAt = Math.max(incident.lastSeenAt, at);
  }
  for (const key of incidentKeysOf(fact.project, finding)) {
    const other = state.incidents.get(state.incidentKeys.get(key) ?? '');
    if (other === undefined || !isJoinable(state, other, at))
      state.incidentKeys.set(key, incidentId);
  }
}

function applyEscalated(state: AlertsState, fact: FactOf<'escalated'>): void {
  const alert = state.alerts.get(fact.alertId);
  if (alert === undefined) return;
  const { severity, disposition, at, position } = fact;
  Object.assign(alert, { severity, disposition });
  if (fact.reopens) {
    alert.status = 'open';
    delete alert.suppression;
  }
  remember(alert, { kind: 'escalated', at, position, reason: `${disposition}, ${severity}` });
  count(state, alert, fact);
  worsen(state, alert.incidentId, fact.finding);
  announce(
    state,
    alert,
    fact,
    'escalated',
    escalatedEventId(alert.alertId, fact.finding.findingId),
  );
}

function applyDecision(state: AlertsState, fact: FactOf<'decided'>): void {
  state.unannounced.delete(fact.eventId);
  const alert = state.alerts.get(fact.alertId);
  if (alert === undefined) return;
  const { status, at, position, by, reason, until } = fact;
  alert.status = status;
  delete alert.suppression;
  if (status === 'resolved') alert.closedAt = at;
  if (status === 'suppressed' && until !== undefined) {
    const { severity, disposition } = alert;
    alert.suppression = { until, severity, disposition, held: 0 };
  }
  remember(alert, {
    kind: status,
    at,
    position,
    by,
    ...(reason === undefined ? {} : { reason }),
  });
}

function applyReopening(state: AlertsState, fact: FactOf<'reopened'>): void {
  const alert = state.alerts.get(fact.alertId);
  if (alert === undefined) return;
  const { at, position } = fact;
  const held = alert.suppression?.held ?? 0;
  alert.status = 'open';
  delete alert.suppression;
  const reason = `The suppression ended; ${held} ${held === 1 ? 'finding' : 'findings'} came meanwhile`;
  remember(alert, { kind: 'reopened', at, position, by: 'provost', reason });
  putOut(state, fact, 'reopened', alert, alert.findings.at(-1)?.position);
}

/** The ledger is asked to say that it is over; the alert changes when that has come back, as with people's decisions. */
function applyExplanation(state: AlertsState, fact: FactOf<'explained'>): void {
  const alert = state.alerts.get(fact.alertId);
  const last = alert?.findings.at(-1);
  if (alert === undefined || last === undefined) return;
  const { eventId, receivedtime: at, reason } = fact;
  const { alertId, incidentId, project, fingerprint, rule, severity, disposition, title } = alert;
  const { findingId, position: finding } = last;
  const about = { alertId, incidentId, project, fingerprint, rule, severity, disposition, title };
  state.unannounced.set(eventId, {
    eventId,
    kind: 'resolved',
    ...about,
    findingId,
    finding,
    at,
    reason,
    notify: false,
  });
}

/** The approval is in the ledger already, so what is left of the alert counts at once. */
function applyLowering(state: AlertsState, fact: FactOf<'lowered'>): void {
  const alert = state.alerts.get(fact.alertId);
  if (alert === undefined) return;
  const { severity, disposition, at, position, reason } = fact;
  Object.assign(alert, { severity, disposition });
  const said = `${disposition}, ${severity}. ${reason}`;
  remember(alert, { kind: 'lowered', at, position, by: 'provost', reason: said });
  const incident = state.incidents.get(alert.incidentId);
  if (incident === undefined) return;
  const alerts = incident.alertIds.flatMap((id) => state.alerts.get(id) ?? []);
  // What pages in it from now on is news again.
  Object.assign(incident, alerts.reduce<Weight>(worst, { severity, disposition }));
  incident.pagedRules = incident.pagedRules.filter((rule) =>
    alerts.some((other) => other.rule === rule && other.disposition === 'page'),
  );
}

function applyAnnouncement(state: AlertsState, fact: FactOf<'announced'>): void {
  const pending = state.unannounced.get(fact.eventId);
  state.unannounced.delete(fact.eventId);
  putOut(state, fact, fact.announcement, fact, pending?.finding);
}

/** From now on the channels are to be told, until the ledger says of each that it was. */
function putOut(
  state: AlertsState,
  { eventId, receivedtime, channels }: FactOf<'announced' | 'reopened'>,
  kind: OutboxItem['kind'],
  alert: Pick<OutboxItem, 'alertId' | 'incidentId' | 'project' | 'severity' | 'disposition'>,
  finding: OutboxItem['finding'] | undefined,
): void {
  if (channels.length === 0) return;
  const { alertId, incidentId, project, severity, disposition } = alert;
  state.outbox.set(eventId, {
    eventId,
    kind,
    alertId,
    incidentId,
    project,
    severity,
    disposition,
    at: receivedtime,
    ...(finding === undefined ? {} : { finding }),
    channels: [...new Set(channels)],
  });
}

function applyNotification(state: AlertsState, fact: FactOf<'notified'>): void {
  const { channel, at, position, outcome, reason } = fact;
  for (const item of state.outbox.values()) {
    if (notificationIdOf(item.eventId, channel) !== fact.notificationId) continue;
    item.channels = item.channels.filter((name) => name !== channel);
    if (item.channels.length === 0) state.outbox.delete(item.eventId);
  }
  const alert = state.alerts.get(fact.alertId);
  if (alert === undefined) return;
  remember(alert, {
    kind: outcome,
    at,
    position,
    by: channel,
    ...(reason === undefined ? {} : { reason }),
  });
}

function announce(
  state: AlertsState,
  alert: Alert,
  fact: FactOf<'opened' | 'escalated'>,
  kind: 'opened' | 'escalated',
  eventId: string,
): void {
  const { repository } = alert.subject;
  state.unannounced.set(eventId, {
    eventId,
    kind,
    alertId: alert.alertId,
    incidentId: alert.incidentId,
    project: alert.project,
    fingerprint: alert.fingerprint,
    rule: alert.rule,
    severity: alert.severity,
    disposition: alert.disposition,
    title: fact.finding.title,
    ...(repository === undefined ? {} : { repository }),
    findingId: fact.finding.findingId,
    finding: fact.position,
    at: fact.receivedtime,
    notify: fact.notify,
  });
}

function worsen(
  state: AlertsState,
  incidentId: string,
  finding: FactOf<'opened'>['finding'],
): void {
  const incident = state.incidents.get(incidentId);
  if (incident === undefined) return;
  Object.assign(incident, worst(incident, finding));
  if (finding.disposition === 'page' && !incident.pagedRules.includes(finding.rule))
    incident.pagedRules.push(finding.rule);
}

function count(state: AlertsState, alert: Alert, fact: FactOf<'folded' | 'escalated'>): void {
  const { at, position, finding } = fact;
  alert.count += 1;
  if (alert.strange !== undefined) {
    const { strange } = withStrange(alert.strange, finding);
    if (strange === undefined) delete alert.strange;
    else alert.strange = strange;
  }
  alert.lastSeenAt = Math.max(alert.lastSeenAt, at);
  alert.findings.push({ findingId: finding.findingId, position, at });
  if (alert.findings.length > MAX_REFERENCES) alert.findings.shift();
  const incident = state.incidents.get(alert.incidentId);
  if (incident !== undefined) incident.lastSeenAt = Math.max(incident.lastSeenAt, at);
}

// The first item (how it began) and the newest stay.
function remember(alert: Alert, item: HistoryItem): void {
  alert.history.push(item);
  if (alert.history.length > MAX_HISTORY) alert.history.splice(1, 1);
}
