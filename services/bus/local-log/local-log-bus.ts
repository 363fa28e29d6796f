import { randomBytes, randomUUID } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { ProvostError } from '../../core/errors.ts';
import type { Bus, RecordPosition, SubscribeOptions, Subscription, TopicSpec } from '../bus.ts';
import { type BusLog, SILENT_BUS_LOG } from '../bus-log.ts';
import { partitionForKey } from '../partition-for-key.ts';
import { assertRecordsFit } from '../record-limits.ts';
import { assertBusName, unknownTopic } from '../topic-name.ts';
import { corruptRecord } from './corrupt-record.ts';
import { currentProcess, lockDirectory, processStartedAt } from './directory-lock.ts';
import { createGroupCoordinator, type GroupCoordinator } from './group-coordinator.ts';
import { startLocalSubscription } from './local-subscription.ts';
import { type LogFileSystem, nodeLogFileSystem } from './log-file-system.ts';
import { openOffsetStore } from './offset-store.ts';
import { openPartitionLog, type PartitionLog } from './partition-log.ts';
import { createSpaceGuard } from './space-guard.ts';
import { readTopics, type TopicMetadata, writeTopic } from './topic-store.ts';

export type LocalLogOptions = {
  /** Created when missing; belongs to this process alone while the bus is open. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log?: BusLog;
  /** A segment that reaches this size is followed by a new one; 16 MiB. */
  readonly segmentBytes?: number;
  /** Newest records of each partition that stay in memory; 4 MiB. */
  readonly cacheBytes?: number;
  /** Free space that publishing never takes; 64 MiB. */
  readonly minFreeBytes?: number;
  readonly fileSystem?: LogFileSystem;
  /** A random unsigned 32-bit number. */
  readonly newSalt?: () => number;
};

type OpenTopic = {
  readonly metadata: TopicMetadata;
  /** Groups that hold back what they have not read; undefined as long as nobody said which there are. */
  readonly groups?: readonly string[];
  readonly partitionLogs: readonly PartitionLog[];
};

/**
 * The bus of a single process: durable files instead of a broker, with the port's whole contract. What each
 * step leaves behind in a crash is told in docs/decisions/0002-local-log.md.
 */
export async function createLocalLogBus(options: LocalLogOptions): Promise<Bus> {
  const { clock, log = SILENT_BUS_LOG, fileSystem = nodeLogFileSystem } = options;
  const directory = resolve(options.directory);
  const newSalt = options.newSalt ?? (() => randomBytes(4).readUInt32LE());
  const topicsDirectory = join(directory, 'topics');

  await fileSystem.makeDirectory(topicsDirectory);
  await fileSystem.syncDirectory(dirname(directory));
  const lock = await lockDirectory({
    fileSystem,
    directory,
    log,
    self: await currentProcess(),
    newNonce: randomUUID,
    startedAt: processStartedAt,
  });

  const spaceGuard = createSpaceGuard({
    fileSystem,
    directory,
    clock,
    minFreeBytes: options.minFreeBytes ?? 67_108_864,
  });
  const topics = new Map<string, OpenTopic>();
  const coordinators = new Map<string, GroupCoordinator>();
  const subscriptions = new Set<Subscription>();
  const cleanups: (() => Promise<void>)[] = [lock.release];
  let creating = Promise.resolve();
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    await creating.catch(() => {});
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  }

  async function openTopic(topic: string, metadata: TopicMetadata): Promise<OpenTopic> {
    const partitionLogs: PartitionLog[] = [];
    for (let partition = 0; partition < metadata.partitions; partition += 1) {
      const partitionLog = await openPartitionLog({
        topic,
        partition,
        directory: join(topicsDirectory, topic, String(partition)),
        fileSystem,
        clock,
        log,
        newSalt,
        spaceGuard,
        segmentBytes: options.segmentBytes ?? 16_777_216,
        cacheBytes: options.cacheBytes ?? 4_194_304,
      });
      cleanups.push(partitionLog.close);
      partitionLogs.push(partitionLog);
      assertNothingAcknowledgedIsMissing(topic, partition, partitionLog);
    }
    const open = { metadata, partitionLogs };
    topics.set(topic, open);
    return open;
  }

  /** An offset is acknowledged only after its record was durable, so a log that ends before it has lost records. */
  function assertNothingAcknowledgedIsMissing(
    topic: string,
    partition: number,
    partitionLog: PartitionLog,
  ): void {
    const end = partitionLog.end();
    for (const [group, next] of offsets.groupsOf(topic, partition)) {
      if (next <= end) continue;
      throw corruptRecord({
        topic,
        partition,
        offset: end,
        file: join(topicsDirectory, topic, String(partition)),
        position: 0,
        reason: `group ${group} has acknowledged everything before ${next}, the log ends before ${end}`,
      });
    }
  }

  async function ensureTopic(spec: TopicSpec): Promise<void> {
    const { topic, partitions, retentionBytes, groups } = spec;
    assertBusName('topic', topic);
    if (!Number.isSafeInteger(partitions) || partitions < 1) {
      throw new ProvostError('bus.invalid-name', `${topic} needs 1 or more partitions`);
    }
    const known = topics.get(topic);
    const metadata = {
      partitions: known?.metadata.partitions ?? partitions,
      ...(retentionBytes === undefined ? {} : { retentionBytes }),
    };
    if (known === undefined) {
      // Opening creates what is missing, so a crash after this line leaves a topic that the next start completes.
      await writeTopic(fileSystem, topicsDirectory, topic, metadata);
      await openTopic(topic, metadata);
    } else if (known.metadata.retentionBytes !== retentionBytes) {
      await writeTopic(fileSystem, topicsDirectory, topic, metadata);
      topics.set(topic, { ...known, metadata });
    }
    const open = topics.get(topic);
    if (open !== undefined && groups !== undefined) topics.set(topic, { ...open, groups });
  }

  function getTopic(topic: string): OpenTopic {
    if (closing !== undefined) throw new ProvostError('bus.unavailable', 'the bus is closed');
    const open = topics.get(topic);
    if (open === undefined) throw unknownTopic(topic);
    return open;
  }

  function trim(topic: string, partition: number): void {
    const open = topics.get(topic);
    const { retentionBytes } = open?.metadata ?? {};
    if (open === undefined || retentionBytes === undefined) return;
    const partitionLog = open.partitionLogs[partition];
    if (partitionLog === undefined) return;
    const known = offsets.groupsOf(topic, partition);
    let least: bigint | undefined;
    for (const group of readersOf(topic, open.groups ?? [...known.keys()])) {
      const next = known.get(group) ?? partitionLog.start();
      if (least === undefined || next < least) least = next;
    }
    if (least === undefined) return;
    partitionLog.trim(least, retentionBytes).catch((error: unknown) => {
      log.warn({ topic, partition, err: error }, 'could not delete an old segment');
    });
  }

  /** These groups, and those that subscribed in this process. */
  function readersOf(topic: string, groups: readonly string[]): ReadonlySet<string> {
    const subscribed = [...coordinators.keys()].filter((name) => name.startsWith(`${topic}/`));
    return new Set([...groups, ...subscribed.map((name) => name.slice(topic.length + 1))]);
  }

  async function registerGroup({ topic, group, from }: SubscribeOptions): Promise<void> {
    const { partitionLogs } = getTopic(topic);
    await Promise.all(
      partitionLogs.map(async (partitionLog, partition) => {
        const at = { group, topic, partition };
        if (offsets.get(at) !== undefined) return;
        await offsets.set(at, from === 'earliest' ? partitionLog.start() : partitionLog.end());
      }),
    );
  }

  let offsets: Awaited<ReturnType<typeof openOffsetStore>>;
  try {
    offsets = await openOffsetStore({ fileSystem, directory, log, newSalt });
    cleanups.push(offsets.close);
    for (const [topic, metadata] of await readTopics(fileSystem, topicsDirectory)) {
      await openTopic(topic, metadata);
    }
  } catch (error) {
    await closeAll();
    throw error;
  }

  return {
    ensureTopics: async (specs) => {
      if (closing !== undefined) throw new ProvostError('bus.unavailable', 'the bus is closed');
      creating = creating
        .catch(() => {})
        .then(async () => {
          for (const spec of specs) await ensureTopic(spec);
        });
      await creating;
    },
    partitionCount: async (topic) => getTopic(topic).metadata.partitions,
    publish: async (topic, records) => {
      const { metadata, partitionLogs } = getTopic(topic);
      assertRecordsFit(topic, records);
      const placed = records.map(
        (record) => record.partition ?? partitionForKey(record.key, metadata.partitions),
      );
      const positions: RecordPosition[] = [];
      await allOrFirstError(
        [...new Set(placed)].map(async (partition) => {
          const partitionLog = partitionLogs[partition];
          if (partitionLog === undefined) {
            throw new RangeError(
              `${topic} has ${metadata.partitions} partitions, not ${partition}`,
            );
          }
          const mine = records.filter((_, index) => placed[index] === partition);
          let offset = await partitionLog.append(mine);
          for (const [index, place] of placed.entries()) {
            if (place !== partition) continue;
            positions[index] = { partition, offset };
            offset += 1n;
          }
        }),
      );
      return positions;
    },
    subscribe: async (subscribeOptions) => {
      const { topic, group } = subscribeOptions;
      assertBusName('group', group);
      const { metadata, partitionLogs } = getTopic(topic);
      await registerGroup(subscribeOptions);
      const name = `${topic}/${group}`;
      const coordinator = coordinators.get(name) ?? createGroupCoordinator(metadata.partitions);
      coordinators.set(name, coordinator);
      const subscription = await startLocalSubscription({
        options: subscribeOptions,
        partitionLogs,
        offsets,
        coordinator,
        log,
        onAcknowledged: (partition) => trim(topic, partition),
      });
      subscriptions.add(subscription);
      return {
        stop: async () => {
          await subscription.stop();
          subscriptions.delete(subscription);
        },
      };
    },
    lag: async (topic, group) =>
      getTopic(topic).partitionLogs.map((partitionLog, partition) => {
        const start = partitionLog.start();
        const end = partitionLog.end();
        let acknowledged = offsets.get({ group, topic, partition }) ?? start;
        // A group that comes back after others alone held the log goes on at what is left of it.
        if (acknowledged < start) acknowledged = start;
        return { partition, acknowledged, end, lag: end - acknowledged };
      }),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Waits for all, so that nothing goes on behind the caller's back, then gives the first error. */
async function allOrFirstError(promises: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
