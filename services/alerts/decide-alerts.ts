import type { Entry, EventOf } from '../core/events/event.ts';
import { OWN_SOURCE } from '../core/events/event.ts';
import type { Finding } from '../core/finding.ts';
import {
  type Alert,
  type AlertsState,
  asksMore,
  type Incident,
  isWorse,
  type Position,
  statusAt,
  worst,
} from './alert.ts';
import type { AlertFact } from './alert-facts.ts';
import { alertIdOf, fingerprintOf, incidentIdOf } from './alert-ids.ts';
import { decideBaseline } from './decide-baseline.ts';
import { findIncident } from './incident-window.ts';
import { mayBecome } from './may-become.ts';
import { isForgotten } from './retention.ts';

/**
 * What an entry means for the alerts, without changing the state and without a clock: the moment is the entry's
 * acceptance time, which no sender chooses. Facts that only Provost may state count only from Provost; of baselines,
 * which people declare, only what two of them did.
 * The same entries give the same facts, ids included.
 */
export function decide(state: AlertsState, entry: Entry): readonly AlertFact[] {
  const { event } = entry;
  const at = Date.parse(event.receivedtime);
  const position = { shard: entry.shard, index: entry.index };
  // People govern through the API under sources of their own; the fold of baselines asks who they are.
  if (event.type === 'baseline.approved') return decideBaseline(state, { ...entry, event });
  if (event.source !== OWN_SOURCE) return [];
  switch (event.type) {
    case 'finding.raised':
      return decideFinding(state, event, at, position);
    case 'alert.opened':
    case 'alert.escalated':
      return [
        {
          kind: 'announced',
          alertId: event.data.alertId,
          at,
          position,
          eventId: event.id,
          announcement: event.type === 'alert.opened' ? 'opened' : 'escalated',
          project: event.project,
          incidentId: event.data.incidentId,
          severity: event.data.severity,
          disposition: event.data.disposition,
          receivedtime: event.receivedtime,
          channels: event.data.notify ?? [],
        },
      ];
    case 'alert.acknowledged':
      return decideDecision(state, event, 'acknowledged', undefined, at, position);
    case 'alert.resolved':
      return decideDecision(state, event, 'resolved', undefined, at, position);
    case 'alert.suppressed':
      return decideDecision(state, event, 'suppressed', Date.parse(event.data.until), at, position);
    case 'alert.reopened':
      return decideReopening(state, event, at, position);
    case 'notification.delivered':
    case 'notification.failed':
      return [
        {
          kind: 'notified',
          alertId: event.data.alertId,
          at,
          position,
          notificationId: event.data.notificationId,
          channel: event.data.channel,
          outcome: event.type === 'notification.delivered' ? 'notified' : 'notification-failed',
          reason: event.type === 'notification.failed' ? event.data.code : undefined,
        },
      ];
    // Every other fact of the vocabulary leaves alerts alone.
    default:
      return [];
  }
}

function decideFinding(
  state: AlertsState,
  event: EventOf<'finding.raised'>,
  at: number,
  position: Position,
): readonly AlertFact[] {
  const { finding } = event.data;
  const fingerprint = fingerprintOf(event.project, finding);
  const known = state.alerts.get(state.current.get(fingerprint) ?? '');
  if (known !== undefined && isCounted(known, finding)) return [];
  const alert = known !== undefined && isForgotten(known, at) ? undefined : known;
  // A suppression that has run out does not continue in silence: the next finding is news again.
  if (
    alert === undefined ||
    alert.status === 'resolved' ||
    (alert.status === 'suppressed' && statusAt(alert, at) === 'open')
  ) {
    return [open(state, event, fingerprint, alert, at, position)];
  }
  const common = { alertId: alert.alertId, at, position, finding };
  const breaksSilence = alert.suppression !== undefined && isWorse(finding, alert.suppression);
  if (alert.status === 'suppressed' ? !breaksSilence : !isWorse(finding, alert))
    return [{ kind: 'folded', ...common }];
  const asksForMore = asksMore(finding.disposition, alert.disposition);
  const incident = state.incidents.get(alert.incidentId);
  return [
    {
      kind: 'escalated',
      ...common,
      ...worst(alert, finding),
      receivedtime: event.receivedtime,
      reopens: breaksSilence || asksForMore,
      notify: breaksSilence || (asksForMore && isNews(incident, finding)),
    },
  ];
}

function open(
  state: AlertsState,
  event: EventOf<'finding.raised'>,
  fingerprint: string,
  previous: Alert | undefined,
  at: number,
  position: Position,
): AlertFact {
  const { finding } = event.data;
  const alertId = alertIdOf(fingerprint, finding.findingId);
  const incident = findIncident(state, event.project, finding, at);
  return {
    kind: 'opened',
    alertId,
    at,
    position,
    project: event.project,
    fingerprint,
    incidentId: incident?.incidentId ?? incidentIdOf(alertId),
    finding,
    receivedtime: event.receivedtime,
    // What people had dealt with, or had only silenced for a while, is back: that is news in any incident.
    notify: previous !== undefined || isNews(incident, finding),
    previousAlertId: previous?.alertId,
  };
}

/** One incident, one page: people hear of it again when it asks for more, or when another rule asks for a page. */
function isNews(incident: Incident | undefined, finding: Finding): boolean {
  return (
    incident === undefined ||
    asksMore(finding.disposition, incident.disposition) ||
    (finding.disposition === 'page' && !incident.pagedRules.includes(finding.rule))
  );
}

// A decision that comes too late (two people at once) stays in the ledger and changes nothing.
function decideDecision(
  state: AlertsState,
  event: EventOf<'alert.acknowledged' | 'alert.resolved' | 'alert.suppressed'>,
  status: 'acknowledged' | 'resolved' | 'suppressed',
  until: number | undefined,
  at: number,
  position: Position,
): readonly AlertFact[] {
  const { alertId, by, reason } = event.data;
  const alert = state.alerts.get(alertId);
  const eventId = event.id;
  if (alert === undefined || alert.project !== event.project || !mayBecome(alert, status, at))
    return state.unannounced.has(eventId)
      ? [{ kind: 'overtaken', alertId, at, position, eventId }]
      : [];
  return [{ kind: 'decided', alertId, at, position, eventId, status, by, reason, until }];
}

function decideReopening(
  state: AlertsState,
  event: EventOf<'alert.reopened'>,
  at: number,
  position: Position,
): readonly AlertFact[] {
  const { alertId, until, notify = [] } = event.data;
  const alert = state.alerts.get(alertId);
  const fact = { alertId, at, position, eventId: event.id };
  // Somebody decided meanwhile, or a finding has opened the next alert.
  if (
    alert?.status !== 'suppressed' ||
    alert.project !== event.project ||
    alert.suppression?.until !== Date.parse(until)
  )
    return [{ kind: 'overtaken', ...fact }];
  return [{ kind: 'reopened', ...fact, receivedtime: event.receivedtime, channels: notify }];
}

function isCounted(alert: Alert, finding: Finding): boolean {
  return (
    alert.openedBy === finding.findingId ||
    alert.findings.some((reference) => reference.findingId === finding.findingId)
  );
}
