import type { EventOf } from '../core/events/event.ts';
import { ownEnvelope } from '../core/events/own-envelope.ts';
import type { Announcement } from './alert.ts';
import { reopenedEventId } from './alert-ids.ts';
import type { Silence } from './watch-silences.ts';

/**
 * The event that states an announcement. Its times are those of its cause, so that publishing it again (after a
 * crash, in a replay) gives the same bytes and the ledger keeps one. `channels` are those to be told, if any.
 */
export function announcementEvent(
  announcement: Announcement,
  channels: readonly string[],
): EventOf<'alert.opened' | 'alert.escalated' | 'alert.resolved'> {
  const { alertId, incidentId, project, severity, disposition, findingId } = announcement;
  const notify = announcement.notify && channels.length > 0 ? { notify: [...channels] } : {};
  const { eventId: id, at: time } = announcement;
  const envelope = ownEnvelope({ id, subject: alertId, project, time });
  if (announcement.kind === 'resolved') {
    const { reason = '' } = announcement;
    const data = { project, alertId, incidentId, by: 'provost', reason };
    return { ...envelope, type: 'alert.resolved', data };
  }
  const data = { project, alertId, incidentId, severity, disposition, findingId, ...notify };
  if (announcement.kind === 'escalated') return { ...envelope, type: 'alert.escalated', data };
  const { fingerprint, rule, title, repository } = announcement;
  return {
    ...envelope,
    type: 'alert.opened',
    data: {
      ...data,
      fingerprint,
      rule,
      title,
      ...(repository === undefined ? {} : { repository }),
    },
  };
}

/** The event that states the end of a suppression. Its times are that end, so that it too is the same bytes every time. */
export function reopenedEvent(
  { alert, until: end }: Silence,
  channels: readonly string[],
): EventOf<'alert.reopened'> {
  const { alertId, incidentId, project, severity, disposition } = alert;
  const findingId = alert.findings.at(-1)?.findingId ?? alert.openedBy;
  const until = new Date(end).toISOString();
  const notify = channels.length > 0 ? { notify: [...channels] } : {};
  const id = reopenedEventId(alertId, end);
  return {
    ...ownEnvelope({ id, subject: alertId, project, time: until }),
    type: 'alert.reopened',
    data: { project, alertId, incidentId, severity, disposition, findingId, until, ...notify },
  };
}
