import { FatalError } from '../../core/errors.ts';
import type { SubscribeOptions, Subscription } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';
import { deliverPartition } from './deliver-partition.ts';
import type { GroupCoordinator, GroupMember } from './group-coordinator.ts';
import type { OffsetStore } from './offset-store.ts';
import type { PartitionLog } from './partition-log.ts';

export type LocalSubscriptionDeps = {
  readonly options: SubscribeOptions;
  readonly partitionLogs: readonly PartitionLog[];
  readonly offsets: OffsetStore;
  readonly coordinator: GroupCoordinator;
  readonly log: BusLog;
  readonly onAcknowledged: (partition: number) => void;
};

type Delivery = { readonly abort: AbortController; readonly ended: Promise<void> };

/** Joins the group and delivers the partitions that it is given, until it is stopped or a handler is fatal. */
export async function startLocalSubscription(deps: LocalSubscriptionDeps): Promise<Subscription> {
  const { options, partitionLogs, coordinator, log } = deps;
  const deliveries = new Map<number, Delivery>();
  let stopping: Promise<void> | undefined;
  let failed = false;

  const member: GroupMember = {
    assign: (partition) => {
      const partitionLog = partitionLogs[partition];
      if (partitionLog === undefined) return;
      const abort = new AbortController();
      const ended = deliverPartition({
        options,
        partition,
        partitionLog,
        offsets: deps.offsets,
        signal: abort.signal,
        log,
        onAcknowledged: () => deps.onAcknowledged(partition),
      }).catch(fail);
      deliveries.set(partition, { abort, ended });
      if (stopping !== undefined) abort.abort();
    },
    revoke: async (partition) => {
      const delivery = deliveries.get(partition);
      if (delivery === undefined) return;
      delivery.abort.abort();
      await delivery.ended;
      deliveries.delete(partition);
      try {
        await options.onRevoked?.(partition);
      } catch (error) {
        fail(error);
      }
    },
  };

  function fail(error: unknown): void {
    if (failed) return;
    failed = true;
    const { topic, group } = options;
    const fatal = error instanceof Error ? error : new FatalError('bus.unavailable', String(error));
    log.error({ topic, group, err: fatal }, 'a consumer has stopped: its state is unknown');
    // Not awaited: the delivery that failed is one of those that stopping waits for.
    void stop();
    options.onFatal(fatal);
  }

  function stop(): Promise<void> {
    for (const { abort } of deliveries.values()) abort.abort();
    stopping ??= coordinator.leave(member);
    return stopping;
  }

  await coordinator.join(member);
  return { stop };
}
