import type { Message, Producer } from 'kafkajs';
import { ProvostError } from '../../core/errors.ts';
import type { OutgoingRecord, RecordPosition } from '../bus.ts';
import type { BusLog } from '../bus-log.ts';
import { MAX_RECORD_BYTES, recordBytes } from '../record-limits.ts';
import { toBusError } from './kafka-errors.ts';

/** Publishes with one request in flight. */
export type KafkaPublisher = {
  readonly publish: (
    topic: string,
    records: readonly PlacedRecord[],
  ) => Promise<readonly RecordPosition[]>;
  /** Lets what was published finish. */
  readonly close: () => Promise<void>;
};

type PlacedRecord = OutgoingRecord & { readonly partition: number };

type Call = {
  readonly topic: string;
  readonly positions: RecordPosition[];
  left: number;
  readonly resolve: (positions: readonly RecordPosition[]) => void;
  readonly reject: (error: unknown) => void;
};

type Entry = {
  readonly call: Call;
  readonly index: number;
  readonly record: PlacedRecord;
  readonly bytes: number;
};

/** One request carries at most this much, and at most one record's limit for each partition, because a partition's share is one batch. */
const MAX_REQUEST_BYTES = 16_777_216;

/**
 * Guarantees the order of each partition and that a record which was answered with a position is in the log.
 * Concurrent publishes share a request, and the next request waits for the answer: kafkajs takes the sequence
 * number of a failed request back, so that a second one in flight could be sent under the number that the broker
 * has just stored, and would be dropped as its duplicate. For the same reason a producer whose request has
 * failed for good is replaced by one with a new identity.
 */
export function createKafkaPublisher(deps: {
  readonly createProducer: () => Promise<Producer>;
  readonly gzip: boolean;
  readonly log: BusLog;
}): KafkaPublisher {
  const { createProducer, gzip, log } = deps;
  let queue: Entry[] = [];
  let draining: Promise<void> | undefined;
  let producer: Producer | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    await Promise.resolve();
    while (queue.length > 0) {
      const round = takeRound();
      const topic = round[0]?.call.topic ?? '';
      try {
        await send(topic, round);
      } catch (error) {
        const failed = new Set(round.map(({ call }) => call));
        // What is left of the same calls must not be written behind a gap.
        queue = queue.filter(({ call }) => !failed.has(call));
        for (const call of failed) call.reject(toBusError(error, topic));
        await replaceProducer();
      }
    }
    draining = undefined;
  }

  /** The oldest records of one topic that fit into a request; a record never overtakes one of its partition. */
  function takeRound(): Entry[] {
    const topic = queue[0]?.call.topic;
    const round: Entry[] = [];
    const rest: Entry[] = [];
    const partitionBytes = new Map<number, number>();
    let bytes = 0;
    for (const entry of queue) {
      const { partition } = entry.record;
      const inPartition = (partitionBytes.get(partition) ?? 0) + entry.bytes;
      const fits =
        entry.call.topic === topic &&
        inPartition <= MAX_RECORD_BYTES &&
        bytes + entry.bytes <= MAX_REQUEST_BYTES;
      // Also when it does not fit: then no later record of the partition may go before it.
      if (entry.call.topic === topic) partitionBytes.set(partition, inPartition);
      if (!fits) {
        rest.push(entry);
        continue;
      }
      bytes += entry.bytes;
      round.push(entry);
    }
    queue = rest;
    return round;
  }

  async function send(topic: string, round: readonly Entry[]): Promise<void> {
    producer ??= await createProducer();
    const answers = await producer.send({
      topic,
      acks: -1,
      ...(gzip ? { compression: 1 } : {}),
      messages: round.map(({ record }) => toMessage(record)),
    });
    const next = new Map<number, bigint>();
    for (const { partition, baseOffset } of answers) {
      if (baseOffset !== undefined) next.set(partition, BigInt(baseOffset));
    }
    for (const { call, index, record } of round) {
      const offset = next.get(record.partition);
      if (offset === undefined) {
        throw new ProvostError(
          'bus.unavailable',
          `Kafka did not answer for ${topic}/${record.partition}`,
        );
      }
      next.set(record.partition, offset + 1n);
      call.positions[index] = { partition: record.partition, offset };
      call.left -= 1;
      if (call.left === 0) call.resolve(call.positions);
    }
  }

  async function replaceProducer(): Promise<void> {
    const old = producer;
    producer = undefined;
    await old?.disconnect().catch((err: unknown) => {
      log.warn({ err }, 'could not disconnect a Kafka producer');
    });
  }

  return {
    publish: (topic, records) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new ProvostError('bus.unavailable', 'the bus is closed'));
        if (records.length === 0) return resolve([]);
        const call = { topic, positions: [], left: records.length, resolve, reject };
        for (const [index, record] of records.entries()) {
          queue.push({ call, index, record, bytes: recordBytes(record) });
        }
        draining ??= drain();
      }),
    close: async () => {
      closed = true;
      await draining;
      await replaceProducer();
    },
  };
}

function toMessage({ key, value, headers, partition }: PlacedRecord): Message {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const message = { key: Buffer.from(key), value: bytes, partition };
  return headers === undefined ? message : { ...message, headers: { ...headers } };
}
