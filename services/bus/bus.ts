/**
 * The bus port: partitioned, durable, replayable logs with consumer groups.
 *
 * Guarantees that every adapter gives, and that one contract suite checks:
 * - `publish` resolves only after every record is durable; records with the same key keep their order;
 * - a consumer group sees each partition's records in offset order, at least once, and resumes after the
 *   last acknowledged offset, whatever died in between;
 * - a handler that throws is retried from the first unacknowledged record, with back-off; a handler that
 *   throws a `FatalError` stops its subscription and is reported through `onFatal`.
 */
export type Bus = {
  /** Creates missing topics; `bus.invalid-name` for a name that Kafka would refuse. `partitions` applies to topics that do not exist yet. */
  readonly ensureTopics: (topics: readonly TopicSpec[]) => Promise<void>;
  /** Number of partitions of an existing topic. */
  readonly partitionCount: (topic: string) => Promise<number>;
  /**
   * Appends the records; resolves when all are durable, with their positions in the order given. Rejects with a
   * `ProvostError` of `bus.*`; then some of the records may be in the log all the same, so publish them again.
   * `bus.record-too-large` and `bus.unknown-topic` write nothing.
   */
  readonly publish: (
    topic: string,
    records: readonly OutgoingRecord[],
  ) => Promise<readonly RecordPosition[]>;
  readonly subscribe: (options: SubscribeOptions) => Promise<Subscription>;
  /** Records between the group's acknowledged offset and the end of the log, per partition. */
  readonly lag: (topic: string, group: string) => Promise<readonly PartitionLag[]>;
  /** Lets in-flight publishes finish, stops subscriptions, closes files and sockets. Idempotent. */
  readonly close: () => Promise<void>;
};

export type TopicSpec = {
  readonly topic: string;
  readonly partitions: number;
  /** Retention by size in bytes a partition; undefined keeps everything. */
  readonly retentionBytes?: number;
  /**
   * Every group that reads the topic, now or later: each holds back what it has not read, and a group that is not named
   * only while it is subscribed. Undefined: every group that ever subscribed does. A broker keeps to its own retention.
   */
  readonly groups?: readonly string[];
};

export type OutgoingRecord = {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Explicit partition; without it the key decides (murmur2, as Kafka's default partitioner). */
  readonly partition?: number;
};

export type RecordPosition = { readonly partition: number; readonly offset: bigint };

export type BusRecord = {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch at which the record was appended. */
  readonly timestamp: number;
};

export type RecordBatch = {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly BusRecord[];
  /** Keeps the group membership alive during long work; cheap to call often. */
  readonly heartbeat: () => Promise<void>;
  /** Acknowledges every record up to and including this offset before the handler ends (durable). */
  readonly acknowledge: (offset: bigint) => Promise<void>;
  /** Aborted when the partition is being taken away or the subscription stops. */
  readonly signal: AbortSignal;
};

export type SubscribeOptions = {
  readonly topic: string;
  readonly group: string;
  /** Where a group that never subscribed before begins; `latest` is fixed at its first subscription. */
  readonly from: 'earliest' | 'latest';
  /** Upper bounds of one batch; a batch holds at least one record. */
  readonly maxBatchRecords?: number;
  readonly maxBatchBytes?: number;
  /** Called with batches of one partition, one at a time a partition. When it resolves, the batch is acknowledged. */
  readonly handler: (batch: RecordBatch) => Promise<void>;
  /** Called when a partition is assigned to this member, before its first batch. */
  readonly onAssigned?: (partition: number) => Promise<void>;
  /** Called when a partition is taken away; no handler call for it is running any more. */
  readonly onRevoked?: (partition: number) => Promise<void>;
  /** The subscription has stopped because the handler's state is unknown. */
  readonly onFatal: (error: Error) => void;
};

export type Subscription = {
  /** Stops after the running handlers (a handler that awaits it waits for itself); their batches are acknowledged if they resolve. Idempotent. */
  readonly stop: () => Promise<void>;
};

type PartitionLag = {
  readonly partition: number;
  readonly acknowledged: bigint;
  readonly end: bigint;
  readonly lag: bigint;
};
