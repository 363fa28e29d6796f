import { generateKeyPairSync } from 'node:crypto';
import {
  type DetectConsumerDeps,
  startDetectConsumer,
} from '../../../consumers/detect/detect-consumer.ts';
import { createInlineJudging } from '../../../consumers/detect/inline-judging.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import type {
  OutgoingRecord,
  RecordBatch,
  SubscribeOptions,
  Subscription,
} from '../../../services/bus/bus.ts';
import { toEntryRecord } from '../../../services/core/events/entry-record.ts';
import type { Entry, ProvostEvent } from '../../../services/core/events/event.ts';
import type { StoredEntry } from '../../../services/ledger/ledger.ts';
import { createMemoryLedger } from '../../fakes/memory-ledger.ts';

/**
 * A ledger with some entries, and a bus in the hands of the test: it decides which entries a batch holds, when it is
 * delivered again, and whether a publish succeeds.
 */
export async function createDetectWorld(events: readonly ProvostEvent[]) {
  const time = { now: 0 };
  const clock = { now: () => time.now };
  const ledger = createMemoryLedger({
    origin: 'provost.example/test',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    clock,
  });
  const { entries } = await ledger.writer(0).append(events);
  const published: ProvostEvent[] = [];
  const scanned: [number, number][] = [];
  const warnings: string[] = [];
  const counted: string[] = [];
  let failures = 0;

  const start = async (options: Partial<DetectConsumerDeps> = {}) => {
    let subscribed: SubscribeOptions | undefined;
    const subscription = await startDetectConsumer({
      bus: {
        lag: async () => [],
        publish: async (_topic, records) => {
          if (failures > 0) {
            failures -= 1;
            throw new Error('the bus is away');
          }
          published.push(...records.map(eventOf));
          return [];
        },
        subscribe: async (given): Promise<Subscription> => {
          subscribed = given;
          return { stop: async () => {} };
        },
      },
      ledger: {
        ...ledger,
        scan: (shard, from, to) => {
          scanned.push([from, to]);
          return ledger.scan(shard, from, to);
        },
      },
      judging: createInlineJudging({
        detectors: DETECTORS,
        laneDetectors: LANE_DETECTORS,
        governance: {},
      }),
      clock,
      log: { info: () => {}, warn: (_fields, message) => warnings.push(message) },
      metrics: {
        finding: (rule, disposition) => counted.push(`${rule} ${disposition}`),
        laneWaiting: () => {},
        laneLate: () => {},
      },
      intake: { topic: 'provost.events', group: 'provost-ledger' },
      onFatal: () => {},
      ...options,
    });
    return {
      /** Delivers one batch; rejects as the handler does. */
      deliver: async (batch: readonly Entry[]) => await subscribed?.handler(batchOf(batch)),
      revoke: async () => await subscribed?.onRevoked?.(0),
      stop: subscription.stop,
    };
  };

  return {
    ledger,
    entries: entries as readonly (StoredEntry & Entry)[],
    published,
    scanned,
    warnings,
    counted,
    time,
    failPublishes: (count: number) => {
      failures = count;
    },
    start,
  };
}

function batchOf(entries: readonly Entry[]): RecordBatch {
  return {
    topic: 'provost.ledger',
    partition: 0,
    records: entries.map((entry, position) => ({
      ...toEntryRecord(entry),
      partition: 0,
      offset: BigInt(position),
      timestamp: 0,
    })),
    heartbeat: async () => {},
    acknowledge: async () => {},
    signal: new AbortController().signal,
  };
}

function eventOf(record: OutgoingRecord): ProvostEvent {
  return JSON.parse(Buffer.from(record.value).toString('utf8')) as ProvostEvent;
}
