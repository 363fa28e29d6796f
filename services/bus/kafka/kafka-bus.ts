import kafkajs, { type Admin, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { ProvostError } from '../../core/errors.ts';
import type { Bus, SubscribeOptions, Subscription } from '../bus.ts';
import { type BusLog, SILENT_BUS_LOG } from '../bus-log.ts';
import { partitionForKey } from '../partition-for-key.ts';
import { assertRecordsFit } from '../record-limits.ts';
import { assertBusName, unknownTopic } from '../topic-name.ts';
import { installCodecs } from './codecs.ts';
import { kafkaErrorType, toBusError } from './kafka-errors.ts';
import { createKafkaPublisher } from './kafka-publisher.ts';
import { startKafkaSubscription } from './kafka-subscription.ts';
import { withCoordinator } from './with-coordinator.ts';

export type KafkaBusOptions = {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** TLS: true for the system's authorities, or PEM texts. Certificates are always verified. */
  readonly ssl?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  readonly log?: BusLog;
  /** Compresses what is published; reading understands gzip, snappy, lz4 and zstd. */
  readonly gzip?: boolean;
  /** Copies of the partitions of topics that are created; the broker's default when left out. */
  readonly replicationFactor?: number;
};

/** The largest batch that Kafka's own default accepts: 1 MiB and the framing of one record. */
const MAX_MESSAGE_BYTES = '1048588';

/** The bus on Apache Kafka (2.1 or later). Resolves when a broker has answered. */
export async function createKafkaBus(options: KafkaBusOptions): Promise<Bus> {
  const { log = SILENT_BUS_LOG } = options;
  installCodecs();
  const kafka = new kafkajs.Kafka(toKafkaConfig(options, log));
  const admin = kafka.admin();
  try {
    await admin.connect();
  } catch (error) {
    await admin.disconnect().catch(() => {});
    throw toBusError(error, '*');
  }

  const publisher = createKafkaPublisher({
    log,
    gzip: options.gzip ?? false,
    createProducer: async () => {
      const producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: () => placedByPublisher,
      });
      await producer.connect();
      return producer;
    },
  });
  /**
   * Kept for the life of the process: with another number of partitions the keys would change their places. Everybody
   * waits for one and the same answer, so that publishes go on in the order in which they were called.
   */
  const counts = new Map<string, Promise<number>>();
  const subscriptions = new Set<Subscription>();
  const inFlight = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  function assertOpen(): void {
    if (closing !== undefined) throw new ProvostError('bus.unavailable', 'the bus is closed');
  }

  async function partitionCount(topic: string): Promise<number> {
    assertOpen();
    assertBusName('topic', topic);
    const asked = counts.get(topic) ?? askPartitionCount(topic);
    counts.set(topic, asked);
    try {
      return await asked;
    } catch (error) {
      if (counts.get(topic) === asked) counts.delete(topic);
      throw error;
    }
  }

  async function askPartitionCount(topic: string): Promise<number> {
    // The list of all topics: asking for one by name may create it.
    if (!(await admin.listTopics()).includes(topic)) throw unknownTopic(topic);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const count = topics[0]?.partitions.length ?? 0;
    if (count === 0) throw unknownTopic(topic);
    return count;
  }

  /** So that a group which asked for the latest does not skip what comes between two of its lives. */
  async function fixLatest({ topic, group }: SubscribeOptions): Promise<void> {
    const [ends, places] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      withCoordinator(() => admin.fetchOffsets({ groupId: group, topics: [topic] })),
    ]);
    const unset = new Set<number>();
    for (const { partition, offset } of places[0]?.partitions ?? []) {
      if (BigInt(offset) < 0n) unset.add(partition);
    }
    const partitions = ends
      .filter(({ partition }) => unset.has(partition))
      .map(({ partition, high }) => ({ partition, offset: high }));
    if (partitions.length === 0) return;
    try {
      await admin.setOffsets({ groupId: group, topic, partitions });
    } catch (err) {
      // Another member is there already, and has settled where the group begins.
      log.info({ topic, group, err }, 'did not set where a consumer group begins');
    }
  }

  async function closeAll(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    await Promise.all(inFlight);
    await publisher.close();
    await admin.disconnect();
  }

  return {
    ensureTopics: async (specs) => {
      assertOpen();
      for (const { topic } of specs) assertBusName('topic', topic);
      await orBusError('*', async () => {
        const existing = new Set(await admin.listTopics());
        const missing = specs.filter(({ topic }) => !existing.has(topic));
        if (missing.length > 0) await createTopics(admin, missing, options.replicationFactor);
      });
    },
    partitionCount: (topic) => orBusError(topic, () => partitionCount(topic)),
    publish: (topic, records) => {
      const published = orBusError(topic, async () => {
        const count = await partitionCount(topic);
        assertRecordsFit(topic, records);
        return publisher.publish(
          topic,
          records.map((record) => {
            const partition = record.partition ?? partitionForKey(record.key, count);
            if (partition < 0 || partition >= count) {
              throw new RangeError(`${topic} has ${count} partitions, not ${partition}`);
            }
            return { ...record, partition };
          }),
        );
      });
      const settled = published.then(
        () => {},
        () => {},
      );
      inFlight.add(settled);
      void settled.then(() => inFlight.delete(settled));
      return published;
    },
    subscribe: (subscribeOptions) =>
      orBusError(subscribeOptions.topic, async () => {
        assertBusName('group', subscribeOptions.group);
        await partitionCount(subscribeOptions.topic);
        if (subscribeOptions.from === 'latest') await fixLatest(subscribeOptions);
        const subscription = await startKafkaSubscription({
          options: subscribeOptions,
          createConsumer: (config) => kafka.consumer(config),
          log,
        });
        subscriptions.add(subscription);
        return {
          stop: async () => {
            await subscription.stop();
            subscriptions.delete(subscription);
          },
        };
      }),
    lag: (topic, group) =>
      orBusError(topic, async () => {
        await partitionCount(topic);
        const [ends, places] = await Promise.all([
          admin.fetchTopicOffsets(topic),
          withCoordinator(() => admin.fetchOffsets({ groupId: group, topics: [topic] })),
        ]);
        const committed = new Map(
          places[0]?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]),
        );
        return ends
          .map(({ partition, low, high }) => {
            const at = committed.get(partition) ?? -1n;
            const acknowledged = at < 0n ? BigInt(low) : at;
            const end = BigInt(high);
            return { partition, acknowledged, end, lag: end - acknowledged };
          })
          .sort((a, b) => a.partition - b.partition);
      }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

async function orBusError<T>(topic: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw toBusError(error, topic);
  }
}

async function createTopics(
  admin: Admin,
  specs: readonly {
    readonly topic: string;
    readonly partitions: number;
    readonly retentionBytes?: number;
  }[],
  replicationFactor = -1,
): Promise<void> {
  try {
    await admin.createTopics({
      waitForLeaders: true,
      topics: specs.map(({ topic, partitions, retentionBytes }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: [
          // Kafka would otherwise delete by age, read or not.
          { name: 'retention.ms', value: '-1' },
          { name: 'retention.bytes', value: String(retentionBytes ?? -1) },
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'max.message.bytes', value: MAX_MESSAGE_BYTES },
        ],
      })),
    });
  } catch (error) {
    // Another process was quicker; a topic has one creator, whoever it is.
    const errors = error instanceof AggregateError ? error.errors : errorsOf(error);
    if (!errors.every((one) => kafkaErrorType(one) === 'TOPIC_ALREADY_EXISTS')) throw error;
  }
}

function errorsOf(error: unknown): readonly unknown[] {
  return error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error];
}

function placedByPublisher({
  message,
}: {
  readonly message: { readonly partition?: number };
}): number {
  if (message.partition === undefined) throw new Error('a message without a partition');
  return message.partition;
}

function toKafkaConfig(
  { brokers, clientId, ssl, sasl }: KafkaBusOptions,
  log: BusLog,
): KafkaConfig {
  return {
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl: toSasl(sasl) }),
    connectionTimeout: 5_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries: 8 },
    logLevel: kafkajs.logLevel.WARN,
    // kafkajs says "error" of much that it retries by itself, such as a coordinator that is still loading.
    logCreator:
      () =>
      ({ namespace, log: { message, error } }) => {
        log.info({ namespace, error }, `kafkajs: ${message}`);
      },
  };
}

function toSasl(sasl: NonNullable<KafkaBusOptions['sasl']>): SASLOptions {
  const { mechanism, username, password } = sasl;
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
