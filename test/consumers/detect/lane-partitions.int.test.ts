import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DETECT_GROUP, startDetectConsumer } from '../../../consumers/detect/detect-consumer.ts';
import { createInlineJudging } from '../../../consumers/detect/inline-judging.ts';
import { LEDGER_GROUP, startLedgerConsumer } from '../../../consumers/ledger/ledger-consumer.ts';
import { SLACK_MS } from '../../../detectors/lane/lane-fold.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import type { Bus } from '../../../services/bus/bus.ts';
import { createKafkaBus } from '../../../services/bus/kafka/kafka-bus.ts';
import { createLocalLogBus } from '../../../services/bus/local-log/local-log-bus.ts';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { toEventRecord } from '../../../services/core/events/event-record.ts';
import { TOPICS } from '../../../services/core/topics.ts';
import type { Ledger } from '../../../services/ledger/ledger.ts';
import { unmeasured } from '../../../services/ledger/ledger-metrics.ts';
import {
  createServiceMetrics,
  type ServiceMetrics,
} from '../../../services/runtime/create-metrics.ts';
import { laneStories, receivedOf } from '../../detectors/lane/lane-stories.ts';
import { createDirectory, ORIGIN, openStore } from '../../ledger/ledger-fixture.ts';
import { type KafkaBroker, startKafkaBroker } from '../../support/kafka-broker.ts';

const STORIES = laneStories();
const FIRST_PART = STORIES.slice(0, Math.floor(STORIES.length * 0.9));
const END = receivedOf(STORIES.at(-1));

const directory = createDirectory();
let broker: KafkaBroker | string = 'not started';
beforeAll(async () => {
  broker = await startKafkaBroker();
});
afterAll(async () => {
  if (typeof broker !== 'string') await broker.stop();
  directory.remove();
});

test('attacks across projects are found once, and the same, on one partition and on three of Kafka whose members change', async (context) => {
  if (typeof broker === 'string') return context.skip(broker);
  const local = await createLocalLogBus({ directory: join(directory.path, 'log'), clock: Date });
  const one = await inWorld(local, 'one', 1, async ({ join: joinGroup, send, judged }) => {
    await joinGroup();
    await send(STORIES);
    await judged(END + SLACK_MS);
  });
  const kafka = await createKafkaBus({ brokers: broker.brokers, clientId: 'provost-lane-test' });
  const three = await inWorld(kafka, 'three', 3, async ({ join: joinGroup, send, judged }) => {
    const members = [await joinGroup(), await joinGroup()];
    await send(FIRST_PART);
    await judged(receivedOf(FIRST_PART.at(-1)) + SLACK_MS);
    // Who runs the lane goes away with what it holds; the other takes it over.
    const leader = members.findIndex(({ leads }) => leads());
    await members[leader]?.stop();
    await until(() => members.some(({ leads }, at) => at !== leader && leads()));
    await send(STORIES.slice(FIRST_PART.length));
    await judged(END + SLACK_MS);
  });
  expect(three.shards).toEqual([0, 1, 2]);
  expect(new Set(one.raised.map(({ rule }) => rule))).toEqual(
    new Set(LANE_DETECTORS.map(({ metadata }) => metadata.rule)),
  );
  expect(one.raised.length).toBeGreaterThan(10);
  expect(new Set(one.raised.map(({ id }) => id)).size).toBe(one.raised.length);
  expect(three.raised).toEqual(one.raised);
});

type Member = {
  readonly stop: () => Promise<void>;
  /** It runs the lane. */
  readonly leads: () => boolean;
};

type World = {
  /** Starts one more member of the group that detects. */
  readonly join: () => Promise<Member>;
  /** Resolves when the ledger and those who read it have the events. */
  readonly send: (events: readonly ProvostEvent[]) => Promise<void>;
  /** Lets the time pass to the moment; resolves when nothing waits for the lane any more. */
  readonly judged: (now: number) => Promise<void>;
};

/** A ledger, its bus and those who read it, up to the moment at which the test is over; and what was raised. */
async function inWorld(
  bus: Bus,
  database: string,
  partitions: number,
  play: (world: World) => Promise<void>,
) {
  const store = await openStore({
    kind: 'embedded',
    directory: join(directory.path, 'engine'),
    database,
  });
  const time = { now: receivedOf(STORIES[0]) };
  const fatal: Error[] = [];
  const stops: (() => Promise<void>)[] = [];
  const lanes: { waiting: ReadonlyMap<number, number>; metrics: ServiceMetrics }[] = [];
  const leader = () => lanes.find(({ waiting }) => waiting.size > 0);
  await bus.ensureTopics(
    Object.values(TOPICS).map((topic) => ({
      topic,
      partitions: topic === TOPICS.deadLetters ? 1 : partitions,
    })),
  );
  const shared = {
    bus,
    log: { info: () => {}, warn: () => {} },
    onFatal: (error: Error) => fatal.push(error),
  };
  const intake = { topic: TOPICS.events, group: LEDGER_GROUP };
  const settled = (topic: string, group: string) =>
    until(async () => {
      if (fatal[0] !== undefined) throw fatal[0];
      return (await bus.lag(topic, group)).every(({ lag }) => lag === 0n);
    });
  const world: World = {
    join: async () => {
      const metrics = createServiceMetrics(bus, []);
      const lane = { waiting: new Map() as ReadonlyMap<number, number>, metrics };
      lanes.push(lane);
      const consumer = await startDetectConsumer({
        ...shared,
        ledger: store.ledger,
        judging: createInlineJudging({
          detectors: [],
          laneDetectors: LANE_DETECTORS,
          governance: {},
        }),
        intake,
        clock: { now: () => time.now },
        metrics: {
          finding: metrics.finding,
          laneLate: metrics.laneLate,
          laneWaiting: (given) => {
            metrics.laneWaiting(given);
            lane.waiting = given?.waiting ?? new Map();
          },
        },
      });
      stops.push(consumer.stop);
      return { stop: consumer.stop, leads: () => leader() === lane };
    },
    send: async (events) => {
      await bus.publish(TOPICS.events, events.map(toEventRecord));
      await settled(TOPICS.events, LEDGER_GROUP);
      await settled(TOPICS.ledger, DETECT_GROUP);
    },
    judged: async (now) => {
      // Nothing is judged before its time, and the metrics of who runs the lane say that it waits.
      const lags = async () => lagsIn(leader()?.metrics);
      await until(async () => {
        const waiting = await lags();
        return waiting.length === partitions && waiting.some((lag) => lag > 0);
      });
      time.now = now;
      await until(async () => {
        const waiting = await lags();
        return waiting.length === partitions && waiting.every((lag) => lag === 0);
      });
      await settled(TOPICS.events, LEDGER_GROUP);
    },
  };
  try {
    const ledger = await startLedgerConsumer({
      ...shared,
      clickHouse: store.clickHouse,
      signerFor: () => store.signer,
      verifierKeys: [store.signer.verifierKey],
      origin: ORIGIN,
      clock: Date,
      metrics: unmeasured,
    });
    stops.push(ledger.stop);
    await play(world);
    return { shards: await store.ledger.shards(), raised: await raisedIn(store.ledger) };
  } finally {
    for (const stop of stops.reverse()) await stop();
    await bus.close();
    await store.close();
  }
}

/** The findings that the ledger has, each entry of them. */
async function raisedIn(ledger: Ledger) {
  const raised: { readonly id: string; readonly rule: string; readonly project: string }[] = [];
  for (const shard of await ledger.shards()) {
    for await (const { event } of ledger.scan(shard, 0, await ledger.size(shard))) {
      if (event.type !== 'finding.raised') continue;
      raised.push({ id: event.id, rule: event.data.finding.rule, project: event.project });
    }
  }
  return raised.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What the metrics say of the lane's lag, a number for each shard. */
async function lagsIn(metrics: ServiceMetrics | undefined): Promise<readonly number[]> {
  const text = (await metrics?.registry.metrics()) ?? '';
  const lines = text.split('\n').filter((line) => line.includes('group="provost-lane"'));
  return lines.map((line) => Number(line.split(' ').at(-1)));
}

/** Resolves once it is so; the test's own time limit ends a wait in vain. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
