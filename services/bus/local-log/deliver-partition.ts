import { FatalError } from '../../core/errors.ts';
import type { SubscribeOptions } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';
import { retryDelayMs, sleepUnlessAborted } from '../retry-delay.ts';
import type { OffsetStore } from './offset-store.ts';
import type { PartitionLog } from './partition-log.ts';

export type DeliveryDeps = {
  readonly options: SubscribeOptions;
  readonly partition: number;
  readonly partitionLog: PartitionLog;
  readonly offsets: OffsetStore;
  readonly signal: AbortSignal;
  readonly log: BusLog;
  /** Called after each acknowledgement, so that acknowledged segments can go. */
  readonly onAcknowledged: () => void;
};

const DEFAULT_BATCH_RECORDS = 500;
const DEFAULT_BATCH_BYTES = 4_194_304;

/**
 * Delivers one partition to one handler until the signal aborts. Batches come one at a time and in order; after
 * a throw it begins again at the first unacknowledged record. Rejects with the `FatalError` that ended it.
 */
export async function deliverPartition(deps: DeliveryDeps): Promise<void> {
  const { options, partition, partitionLog, offsets, signal, log } = deps;
  const { topic, group } = options;
  const at = { group, topic, partition };
  const limits = {
    maxRecords: options.maxBatchRecords ?? DEFAULT_BATCH_RECORDS,
    maxBytes: options.maxBatchBytes ?? DEFAULT_BATCH_BYTES,
  };

  async function acknowledgeUpTo(next: bigint): Promise<void> {
    if (next <= (offsets.get(at) ?? 0n)) return;
    await offsets.set(at, next);
    deps.onAcknowledged();
  }

  async function deliverOne(): Promise<void> {
    const from = offsets.get(at) ?? 0n;
    const records = await partitionLog.read(from, limits);
    const last = records.at(-1);
    if (last === undefined) return partitionLog.waitFor(from, signal);
    await options.handler({
      topic,
      partition,
      records,
      signal,
      heartbeat: async () => {},
      acknowledge: async (offset) => {
        if (offset > last.offset) {
          throw new RangeError(`cannot acknowledge ${offset}: the batch ends at ${last.offset}`);
        }
        await acknowledgeUpTo(offset + 1n);
      },
    });
    await acknowledgeUpTo(last.offset + 1n);
  }

  await retrying('assignment', async () => options.onAssigned?.(partition));
  while (!signal.aborted) await retrying('batch', deliverOne);

  async function retrying(what: string, action: () => Promise<void>): Promise<void> {
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        return await action();
      } catch (error) {
        if (error instanceof FatalError) throw error;
        const delay = retryDelayMs(failures);
        log.warn({ ...at, failures, delay, err: error }, `a consumer's ${what} failed; will retry`);
        await sleepUnlessAborted(delay, signal);
      }
    }
  }
}
