import type { EventOf } from '../../core/events/event.ts';
import { ownEnvelope } from '../../core/events/own-envelope.ts';
import type { OutboxItem } from '../alert.ts';
import { notificationIdOf } from '../alert-ids.ts';

/** How a notification ended on one channel. */
export type DeliveryRecord = {
  readonly channel: string;
  readonly channelKind: string;
  readonly attempts: number;
  /** Why it failed; undefined when it was delivered. */
  readonly failure: { readonly code: string; readonly reason: string } | undefined;
};

/**
 * The event that takes the notification off the outbox. After a crash between delivery and record it is delivered
 * again, and the record of that has the same id and body: the ledger keeps one.
 */
export function notificationEvent(
  item: OutboxItem,
  record: DeliveryRecord,
  now: number,
): EventOf<'notification.delivered'> | EventOf<'notification.failed'> {
  const { channel, channelKind, attempts, failure } = record;
  const { project, incidentId, alertId } = item;
  const notificationId = notificationIdOf(item.eventId, channel);
  const outcome = failure === undefined ? 'delivered' : 'failed';
  const envelope = ownEnvelope({
    // Another number of attempts is another body, so it is part of the id.
    id: `notification:${notificationId}:${outcome}:${attempts}`,
    subject: alertId,
    project,
    time: new Date(now).toISOString(),
  });
  const data = { project, incidentId, alertId, notificationId, channel, channelKind, attempts };
  if (failure === undefined) return { ...envelope, type: 'notification.delivered', data };
  return { ...envelope, type: 'notification.failed', data: { ...data, ...failure } };
}
