import type { Consumer, ConsumerConfig, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { FatalError } from '../../core/errors.ts';
import type { SubscribeOptions, Subscription } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { isMembershipLost, toBusError } from './kafka-errors.ts';
import { type OwnedPartition, takePartition } from './owned-partition.ts';
import { messageBytes, toBusRecord } from './to-bus-record.ts';

const DEFAULT_BATCH_RECORDS = 500;
const DEFAULT_BATCH_BYTES = 2_097_152;
/** What one fetch brings of all partitions of a broker. */
const MAX_FETCH_BYTES = 33_554_432;
/** Batches of different partitions that are handled at the same time. */
const CONCURRENT_PARTITIONS = 16;
/** How long the partitions of a killed process wait for another owner; the least that a stock broker allows. */
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 1_500;

export type KafkaSubscriptionDeps = {
  readonly options: SubscribeOptions;
  readonly createConsumer: (config: ConsumerConfig) => Consumer;
  readonly log: BusLog;
};

/**
 * Guarantees the port's delivery on a kafkajs consumer. Offsets are committed only after the handler; what was
 * not is fetched again. A partition whose handler fails is paused for the back-off, so the others go on. When
 * the group rebalances, the running handlers are told through their signal, finish and commit, and only then
 * does this member join again: every partition is given up and taken anew, since another member may have had it.
 */
export async function startKafkaSubscription(deps: KafkaSubscriptionDeps): Promise<Subscription> {
  const { options, createConsumer, log } = deps;
  const { topic, group } = options;
  const owned = new Map<number, OwnedPartition>();
  const timers = new Set<NodeJS.Timeout>();
  let given = Promise.resolve();
  let consumer: Consumer;
  let restarts = 0;
  let rejoining: unknown;
  let stopping: Promise<void> | undefined;
  let failed = false;

  function later(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, milliseconds);
    timers.add(timer);
  }

  function giveUpPartitions(): Promise<void> {
    const ended = [...owned.values()];
    owned.clear();
    for (const { abort } of ended) abort.abort();
    given = given.then(async () => {
      for (const { partition, ready } of ended) {
        await ready.catch(() => {});
        try {
          await options.onRevoked?.(partition);
        } catch (error) {
          fail(error);
        }
      }
    });
    return given;
  }

  function takePartitions(source: Consumer, partitions: readonly number[]): void {
    void giveUpPartitions();
    rejoining = undefined;
    restarts = 0;
    if (stopping !== undefined || failed) return;
    for (const partition of partitions) {
      const { onAssigned } = options;
      const owner = takePartition({ partition, after: given, onAssigned, log });
      owned.set(partition, owner);
      const place = [{ topic, partitions: [partition] }];
      // A long assignment must not keep the fetch loop from its heartbeats.
      if (onAssigned !== undefined) source.pause(place);
      owner.ready.then(() => resume(source, owner), fail);
    }
  }

  function resume(source: Consumer, owner: OwnedPartition): void {
    if (owned.get(owner.partition) !== owner || source !== consumer || stopping !== undefined)
      return;
    source.resume([{ topic, partitions: [owner.partition] }]);
  }

  function fail(error: unknown): void {
    if (failed) return;
    failed = true;
    const fatal = error instanceof Error ? error : new FatalError('bus.unavailable', String(error));
    log.error({ topic, group, err: fatal }, 'a consumer has stopped: its state is unknown');
    void stop();
    options.onFatal(fatal);
  }

  function stop(): Promise<void> {
    for (const { abort } of owned.values()) abort.abort();
    for (const timer of timers) clearTimeout(timer);
    stopping ??= (async () => {
      await consumer.disconnect().catch((err: unknown) => {
        log.warn({ topic, group, err }, 'could not disconnect a Kafka consumer');
      });
      await giveUpPartitions();
    })();
    return stopping;
  }

  async function heartbeat(payload: EachBatchPayload): Promise<void> {
    try {
      await payload.heartbeat();
    } catch (error) {
      if (!isMembershipLost(error)) {
        log.warn({ topic, group, err: error }, 'a heartbeat to Kafka failed');
        return;
      }
      // The handlers are told through their signals; they may finish and commit before this member joins again.
      rejoining = error;
      for (const { abort } of owned.values()) abort.abort();
    }
  }

  async function deliver(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition } = batch;
    const owner = owned.get(partition);
    if (owner === undefined) return;
    await owner.ready.catch(fail);
    if (failed) return;
    for (const messages of slices(batch.messages, options)) {
      if (rejoining !== undefined) throw rejoining;
      if (owner.abort.signal.aborted || payload.isStale() || !payload.isRunning()) return;
      try {
        await deliverSlice(payload, owner, messages);
        owner.failures = 0;
      } catch (error) {
        if (rejoining !== undefined) throw rejoining;
        if (isMembershipLost(error)) throw error;
        if (error instanceof FatalError) return fail(error);
        return backOff(owner, error);
      }
      await heartbeat(payload);
    }
    if (rejoining !== undefined) throw rejoining;
  }

  async function deliverSlice(
    payload: EachBatchPayload,
    owner: OwnedPartition,
    messages: readonly KafkaMessage[],
  ): Promise<void> {
    const { partition } = owner;
    const records = messages.map((message) => toBusRecord(partition, message));
    const last = records.at(-1)?.offset ?? 0n;
    let acknowledged = -1n;

    async function acknowledge(offset: bigint): Promise<void> {
      if (offset > last)
        throw new RangeError(`cannot acknowledge ${offset}: the batch ends at ${last}`);
      if (offset <= acknowledged) return;
      const next = { partition, offset: String(offset + 1n) };
      await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [next] }] });
      acknowledged = offset;
      payload.resolveOffset(String(offset));
    }

    await options.handler({
      topic,
      partition,
      records,
      signal: owner.abort.signal,
      heartbeat: () => heartbeat(payload),
      acknowledge,
    });
    await acknowledge(last);
  }

  function backOff(owner: OwnedPartition, err: unknown): void {
    const { partition } = owner;
    owner.failures += 1;
    const { failures } = owner;
    const delay = retryDelayMs(failures);
    log.warn(
      { topic, group, partition, failures, delay, err },
      "a consumer's batch failed; will retry",
    );
    const source = consumer;
    source.pause([{ topic, partitions: [partition] }]);
    later(delay, () => resume(source, owner));
  }

  async function start(): Promise<void> {
    const source = createConsumer({
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      allowAutoTopicCreation: false,
      // A fetch is made when the batches of the one before are handled, so it brings a whole batch of each partition.
      maxBytesPerPartition: options.maxBatchBytes ?? DEFAULT_BATCH_BYTES,
      maxBytes: MAX_FETCH_BYTES,
      maxWaitTimeInMs: 500,
      // A crash ends the consumer for good, and the one below takes its place: one way to begin again.
      retry: { retries: 5, restartOnFailure: async () => false },
    });
    consumer = source;
    source.on(source.events.GROUP_JOIN, ({ payload }) => {
      takePartitions(source, payload.memberAssignment[topic] ?? []);
    });
    source.on(source.events.REBALANCING, () => {
      void giveUpPartitions();
    });
    source.on(source.events.CRASH, ({ payload }) => {
      void giveUpPartitions();
      if (stopping !== undefined || source !== consumer) return;
      restarts += 1;
      const delay = retryDelayMs(restarts);
      log.warn(
        { topic, group, delay, err: payload.error },
        'a Kafka consumer crashed; will restart',
      );
      later(delay, restart);
    });
    await source.connect();
    await source.subscribe({ topic, fromBeginning: options.from === 'earliest' });
    const joined = source
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: deliver,
      })
      .then(async () => {
        // Stopped while it was starting again: the disconnection came too early for it.
        if (stopping !== undefined) await source.disconnect();
      });
    // A group that lost a member to kill -9 joins only when that one's session is over: nobody waits for that, except
    // a group that begins at the end of the log, which is where it is when it has joined.
    if (options.from === 'latest') await joined;
    else joined.catch((err: unknown) => retryStart(source, err));
  }

  function retryStart(source: Consumer, err: unknown): void {
    if (stopping !== undefined || source !== consumer) return;
    restarts += 1;
    const delay = retryDelayMs(restarts);
    log.warn({ topic, group, delay, err }, 'a Kafka consumer could not start; will try again');
    source.disconnect().catch(() => {});
    later(delay, restart);
  }

  function restart(): void {
    start().catch((err: unknown) => retryStart(consumer, err));
  }

  try {
    await start();
  } catch (error) {
    await stop();
    throw toBusError(error, topic);
  }
  return { stop };
}

/** Cuts a fetched batch into what one handler call may get. */
function* slices(
  messages: readonly KafkaMessage[],
  {
    maxBatchRecords = DEFAULT_BATCH_RECORDS,
    maxBatchBytes = DEFAULT_BATCH_BYTES,
  }: Pick<SubscribeOptions, 'maxBatchRecords' | 'maxBatchBytes'>,
): Generator<readonly KafkaMessage[]> {
  let slice: KafkaMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = messageBytes(message);
    if (slice.length > 0 && (slice.length >= maxBatchRecords || bytes + size > maxBatchBytes)) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(message);
    bytes += size;
  }
  if (slice.length > 0) yield slice;
}
