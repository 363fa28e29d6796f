import type { Clock } from '../../core/clock.ts';
import type { ProvostEvent } from '../../core/events/event.ts';
import type { OutboxItem } from '../alert.ts';
import { notificationIdOf } from '../alert-ids.ts';
import type { Channel } from '../channels/channel.ts';
import type { Notification } from './notification.ts';
import { type DeliveryRecord, notificationEvent } from './notification-event.ts';
import { MAX_ATTEMPTS, retryDelayMs } from './retry-schedule.ts';

export type OutboxDeps = {
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  /** 0 ≤ r < 1, for the jitter. */
  readonly random: () => number;
  /** Resolves after the milliseconds, or rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Builds what is to be told; throws on an outage. */
  readonly compose: (item: OutboxItem, channel: string) => Promise<Notification>;
  /** Durable when it resolves; throws on an outage. */
  readonly publish: (event: ProvostEvent) => Promise<void>;
  readonly log: OutboxLog;
  /** Counts a notification that has ended on a channel. */
  readonly onEnded: (channel: string, outcome: 'delivered' | 'failed') => void;
};

export type OutboxLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

/** Sends what is pending, beside whoever offers it. */
export type Outbox = {
  /** Starts the delivery of every channel of the item that is not under way already. Never blocks, never throws. */
  readonly offer: (item: OutboxItem) => void;
  /** The ledger has the record: the notification needs no memory any more. */
  readonly settle: (notificationId: string) => void;
  /** Drops what has not been sent (the ledger still has it) and resolves when nothing runs. Idempotent. */
  readonly stop: () => Promise<void>;
};

const CONCURRENT_SENDS = 4;
const SEND_MS = 60_000;
const OUTAGE_MS = 5_000;

/**
 * At least once, and recognisable: every attempt of a notification bears the same id, also in the next process. Each
 * channel has its own lane, so a slow or dead one delays nothing but itself; while a notification waits for its next
 * attempt, others of its channel go first.
 */
export function createOutbox(deps: OutboxDeps): Outbox {
  const stopping = new AbortController();
  const lanes = new Map(
    deps.channels.map((channel) => [channel.name, { channel, run: createLane(CONCURRENT_SENDS) }]),
  );
  const known = new Set<string>();
  const running = new Set<Promise<void>>();

  const deliver = async (item: OutboxItem, name: string): Promise<void> => {
    const lane = lanes.get(name);
    if (lane === undefined) {
      const reason = 'the channel is not configured any more';
      const failure = { code: 'channel.rejected', reason };
      await record(item, { channel: name, channelKind: 'unknown', attempts: 1, failure });
      return;
    }
    const { channel } = lane;
    for (let attempt = 1; ; attempt++) {
      const notification = await persist(() => deps.compose(item, name));
      const result = await lane.run(stopping.signal, () =>
        channel.deliver(
          notification,
          AbortSignal.any([stopping.signal, AbortSignal.timeout(SEND_MS)]),
        ),
      );
      const head = { channel: name, channelKind: channel.kind, attempts: attempt };
      if (result.kind === 'delivered') return await record(item, { ...head, failure: undefined });
      stopping.signal.throwIfAborted();
      const { code, reason } = result;
      if (result.kind === 'rejected' || attempt >= MAX_ATTEMPTS)
        return await record(item, { ...head, failure: { code, reason } });
      const delay = retryDelayMs(attempt, deps.random(), result.retryAfterMs);
      deps.log.warn({ channel: name, attempt, code, reason, delay }, 'notification is tried again');
      await deps.wait(delay, stopping.signal);
    }
  };

  const record = async (item: OutboxItem, record: DeliveryRecord): Promise<void> => {
    const event = notificationEvent(item, record, deps.clock.now());
    await persist(() => deps.publish(event));
    const { channel, attempts, failure } = record;
    deps.onEnded(channel, failure === undefined ? 'delivered' : 'failed');
    const fields = { channel, attempts, alertId: item.alertId, code: failure?.code };
    if (failure === undefined) deps.log.info(fields, 'notification delivered');
    else deps.log.warn(fields, 'notification failed');
  };

  /** Repeats through an outage of our own: that is no fault of the channel and costs it no attempt. */
  const persist = async <T>(step: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        stopping.signal.throwIfAborted();
        deps.log.warn({ err: error }, 'the outbox waits for the ledger or the bus');
        await deps.wait(OUTAGE_MS, stopping.signal);
      }
    }
  };

  return {
    offer: (item) => {
      for (const channel of item.channels) {
        const notificationId = notificationIdOf(item.eventId, channel);
        if (known.has(notificationId) || stopping.signal.aborted) continue;
        known.add(notificationId);
        const task = deliver(item, channel)
          .catch((error: unknown) => {
            if (stopping.signal.aborted) return;
            // A bug in a channel must not lose the notification: it stays pending in the ledger.
            known.delete(notificationId);
            deps.log.warn({ err: error, channel }, 'notification was not attempted');
          })
          .finally(() => running.delete(task));
        running.add(task);
      }
    },
    settle: (notificationId) => {
      known.delete(notificationId);
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** Runs at most `limit` steps at a time, in the order of asking. */
function createLane(limit: number) {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async <T>(signal: AbortSignal, step: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free--;
    try {
      signal.throwIfAborted();
      return await step();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
