import { setTimeout } from 'node:timers/promises';
import type { AlertsState, OutboxItem } from '../../services/alerts/alert.ts';
import type { AlertFact } from '../../services/alerts/alert-facts.ts';
import { announcementEvent, reopenedEvent } from '../../services/alerts/announcement-event.ts';
import type { Channel } from '../../services/alerts/channels/channel.ts';
import {
  createNotification,
  type Notification,
} from '../../services/alerts/delivery/notification.ts';
import {
  createOutbox,
  type Outbox,
  type OutboxLog,
} from '../../services/alerts/delivery/outbox.ts';
import { routeChannels } from '../../services/alerts/route-channels.ts';
import { openShardAlerts, type ShardAlerts } from '../../services/alerts/shard-alerts.ts';
import {
  type Silence,
  type SilenceWatch,
  watchSilences,
} from '../../services/alerts/watch-silences.ts';
import type { Bus, BusRecord, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import type { Governance } from '../../services/config/governance.ts';
import type { Clock } from '../../services/core/clock.ts';
import { FatalError } from '../../services/core/errors.ts';
import { indexOfForeignEntry, readEntryRecord } from '../../services/core/events/entry-record.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';

export type AlertConsumerDeps = {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly ledger: Pick<Ledger, 'scan' | 'size' | 'entry' | 'saveSnapshot' | 'latestSnapshot'>;
  readonly governance: Pick<Governance, 'channels' | 'routes'>;
  readonly channels: readonly Channel[];
  readonly publicUrl: string | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  /** Passes the time between two attempts; the system's own timer when absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: OutboxLog;
  /** Counts a notification that has ended on a channel. */
  readonly onEnded: (channel: string, outcome: 'delivered' | 'failed') => void;
  readonly onFatal: (error: Error) => void;
};

export const ALERT_GROUP = 'provost-alert';

type Member = {
  readonly alerts: ShardAlerts;
  readonly outbox: Outbox;
  readonly silences: SilenceWatch;
  /** Event ids that this process has published and that have not come back yet. */
  readonly stated: Set<string>;
};

/**
 * Follows the ledger, one partition a shard, folds findings into alerts, states what the fold decides, and delivers
 * the notifications that the ledger says are pending.
 *
 * For each batch: 1. fold its entries; 2. publish every announcement that has not come back (durable); 3. hand the
 * pending notifications to the outbox; 4. acknowledge. A crash before 4 repeats the batch: its entries are folded
 * already or folded the same again, and the ledger drops announcements that it has. Deliveries run beside all this
 * and no offset waits for them: on start the state is folded from the ledger, and with it what is still pending. So it
 * is with suppressions: when the time of one is over, that is stated, and people hear that the alert is open again.
 */
export async function startAlertConsumer(deps: AlertConsumerDeps): Promise<Subscription> {
  const members = new Map<number, Promise<Member>>();

  const open = async (shard: number): Promise<Member> => {
    const alerts = await openShardAlerts(deps.ledger, shard);
    const { state } = alerts;
    const outbox = createOutbox({
      ...deps,
      wait: deps.wait ?? sleep,
      compose: (item, channel) => compose(deps, state, item, channel),
      publish: (event) => publish(deps.bus, [event]),
    });
    const stated = new Set<string>();
    await announce(deps, state, stated);
    for (const item of state.outbox.values()) outbox.offer(item);
    const silences = watchSilences({
      ...deps,
      state,
      wait: deps.wait ?? sleep,
      tell: (ended) => reopen(deps, ended),
    });
    silences.look();
    return { alerts, outbox, silences, stated };
  };

  const memberOf = (shard: number): Promise<Member> => {
    const known = members.get(shard);
    if (known !== undefined) return known;
    const opening = open(shard);
    members.set(shard, opening);
    // An outage on opening is the batch's to report; the next attempt opens again.
    opening.catch(() => members.delete(shard));
    return opening;
  };

  const leave = async (shard: number): Promise<void> => {
    const member = await members.get(shard)?.catch(() => undefined);
    members.delete(shard);
    member?.silences.stop();
    await member?.outbox.stop();
  };

  const handler = async (batch: RecordBatch): Promise<void> => {
    const { alerts, outbox, silences, stated } = await memberOf(batch.partition);
    let silenced = false;
    for (const record of batch.records) {
      for (const fact of await followRecord(alerts, record)) {
        silenced ||= fact.kind === 'decided' && fact.status === 'suppressed';
        if (fact.kind === 'notified') outbox.settle(fact.notificationId);
        if ('eventId' in fact && fact.kind !== 'explained') stated.delete(fact.eventId);
      }
    }
    await announce(deps, alerts.state, stated);
    for (const item of alerts.state.outbox.values()) outbox.offer(item);
    if (silenced) silences.look();
    await alerts.saveWhenDue();
  };

  const subscription = await deps.bus.subscribe({
    topic: TOPICS.ledger,
    group: ALERT_GROUP,
    from: 'earliest',
    handler,
    onAssigned: async (partition) => {
      await memberOf(partition);
    },
    onRevoked: leave,
    onFatal: deps.onFatal,
  });
  return {
    stop: async () => {
      await subscription.stop();
      await Promise.all([...members.keys()].map(leave));
    },
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}

/** Only facts of our own and baselines are read: most entries are somebody else's, and mean nothing to alerts. */
async function followRecord(alerts: ShardAlerts, record: BusRecord): Promise<readonly AlertFact[]> {
  const foreign = indexOfForeignEntry(record);
  if (foreign !== undefined) return alerts.pass(foreign);
  const entry = readEntryRecord(record);
  // The ledger wrote this topic: a record that does not read is a bug or a corrupt log.
  if (!entry.ok) throw new FatalError('bus.corrupt-record', entry.problem.message);
  return alerts.follow(entry.value);
}

async function announce(
  deps: AlertConsumerDeps,
  state: AlertsState,
  stated: Set<string>,
): Promise<void> {
  const news = [...state.unannounced.values()].filter(({ eventId }) => !stated.has(eventId));
  if (news.length === 0) return;
  const events = news.map((item) =>
    announcementEvent(item, item.notify ? routeChannels(deps.governance, item) : []),
  );
  await publish(deps.bus, events);
  for (const { eventId } of news) stated.add(eventId);
}

async function reopen(deps: AlertConsumerDeps, ended: readonly Silence[]): Promise<void> {
  const events = ended.map((silence) =>
    reopenedEvent(silence, routeChannels(deps.governance, silence.alert)),
  );
  await publish(deps.bus, events);
}

async function publish(bus: Pick<Bus, 'publish'>, events: readonly ProvostEvent[]): Promise<void> {
  await bus.publish(TOPICS.events, events.map(toEventRecord));
}

async function compose(
  deps: AlertConsumerDeps,
  state: AlertsState,
  item: OutboxItem,
  channel: string,
): Promise<Notification> {
  const { finding } = item;
  const entry =
    finding === undefined ? undefined : await deps.ledger.entry(finding.shard, finding.index);
  const data = entry?.event.type === 'finding.raised' ? entry.event.data : undefined;
  return createNotification(state, item, channel, data?.finding, deps.publicUrl);
}
