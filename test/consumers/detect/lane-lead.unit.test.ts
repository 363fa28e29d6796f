import { generateKeyPairSync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startDetectConsumer } from '../../../consumers/detect/detect-consumer.ts';
import { createInlineJudging } from '../../../consumers/detect/inline-judging.ts';
import { LANE_SNAPSHOT_CONSUMER } from '../../../consumers/detect/lane-lead.ts';
import { taintElsewhereExamples } from '../../../detectors/examples/taint-elsewhere-examples.ts';
import { SLACK_MS } from '../../../detectors/lane/lane-fold.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { LANE_SNAPSHOT_FORMAT } from '../../../detectors/lane/lane-snapshot.ts';
import type { SubscribeOptions } from '../../../services/bus/bus.ts';
import { receivedOf } from '../../detectors/lane/lane-stories.ts';
import { createMemoryLedger } from '../../fakes/memory-ledger.ts';

const STORY = taintElsewhereExamples()
  .fires.slice(0, 1)
  .flatMap(({ given, when }) => [...given, when]);

async function world() {
  const time = { now: receivedOf(STORY.at(-1)) + SLACK_MS };
  const clock = { now: () => time.now };
  const ledger = createMemoryLedger({
    origin: 'provost.example/test',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    clock,
  });
  for (const [shard, project] of ['lab', 'climate'].entries()) {
    await ledger.writer(shard).append(STORY.filter((event) => event.project === project));
  }
  let published = 0;
  let failures = 0;
  let options: SubscribeOptions | undefined;
  let waiting: ReadonlyMap<number, number> = new Map();
  let late = 0;
  let looks = 0;
  const unsettled = new Set<number>();
  const warnings: string[] = [];
  const counted: string[] = [];
  const consumer = await startDetectConsumer({
    bus: {
      publish: async (_topic, records) => {
        if (failures > 0) {
          failures -= 1;
          throw new Error('the bus is away');
        }
        published += records.length;
        return [];
      },
      subscribe: async (given) => {
        options = given;
        return { stop: async () => {} };
      },
      lag: async () => {
        looks += 1;
        return [0, 1].map((partition) => {
          const lag = unsettled.has(partition) ? 1n : 0n;
          return { partition, acknowledged: 0n, end: lag, lag };
        });
      },
    },
    ledger,
    judging: createInlineJudging({
      detectors: [],
      laneDetectors: LANE_DETECTORS,
      governance: {},
    }),
    intake: { topic: 'provost.events', group: 'provost-ledger' },
    clock,
    log: { info: () => {}, warn: (_fields, message) => warnings.push(message) },
    metrics: {
      finding: (rule, disposition) => counted.push(`${rule} ${disposition}`),
      laneWaiting: (given) => {
        waiting = given?.waiting ?? new Map();
      },
      laneLate: (count) => {
        late += count;
      },
    },
    onFatal: () => {},
  });
  return {
    ledger,
    consumer,
    unsettled,
    warnings,
    counted,
    until: async (done: () => boolean) => {
      while (!done()) await setTimeout(5);
    },
    failPublishes: (count: number) => {
      failures = count;
    },
    published: () => published,
    waiting: () => waiting,
    late: () => late,
    looks: () => looks,
    assign: async (partition: number) => await options?.onAssigned?.(partition),
    revoke: async (partition: number) => await options?.onRevoked?.(partition),
    snapshot: () => ledger.latestSnapshot(LANE_SNAPSHOT_CONSUMER, 0, LANE_SNAPSHOT_FORMAT),
  };
}

test('whoever gets the first partition runs the lane over all shards, and leaves a snapshot', async () => {
  const { assign, revoke, until, published, counted, snapshot } = await world();
  await assign(0);
  await until(() => published() > 0);
  expect(counted).toEqual(['taint-join page']);
  await revoke(0);
  expect((await snapshot())?.nextIndex).toBe(STORY.length);
});

test('the other partitions start no lane', async () => {
  const { assign, consumer, published, snapshot } = await world();
  await assign(1);
  await setTimeout(30);
  await consumer.stop();
  expect(published()).toBe(0);
  expect(await snapshot()).toBeUndefined();
});

test('what waits is told while something is on its way, and nothing once another process runs the lane', async () => {
  const { assign, revoke, until, published, waiting, unsettled } = await world();
  unsettled.add(1);
  await assign(0);
  await until(() => waiting().size > 0);
  await until(() => [...waiting().values()].every((count) => count < STORY.length));
  const held = [...waiting().values()].reduce((sum, count) => sum + count, 0);
  expect([held > 0, published()]).toEqual([true, 0]);
  unsettled.clear();
  await until(() => published() > 0);
  expect([...waiting().values()]).toEqual([0, 0]);
  await revoke(0);
  expect(waiting().size).toBe(0);
});

test('findings that could not be published are published by the next look, and no snapshot passes them', async () => {
  const { assign, consumer, until, warnings, failPublishes, published, snapshot } = await world();
  failPublishes(1);
  await assign(0);
  await until(() => warnings.length > 0);
  expect(await snapshot()).toBeUndefined();
  await until(() => published() > 0);
  await consumer.stop();
  expect(published()).toBe(1);
  expect((await snapshot())?.nextIndex).toBe(STORY.length);
});

test('a snapshot says what was judged since the last, although nothing more was read', async () => {
  const { assign, revoke, until, published, unsettled, waiting } = await world();
  unsettled.add(1);
  await assign(0);
  await until(() => [...waiting().values()].some((count) => count > 0 && count < STORY.length));
  await revoke(0);
  unsettled.clear();
  for (const _life of [1, 2]) {
    await assign(0);
    await until(() => waiting().size > 0 && [...waiting().values()].every((count) => count === 0));
    await revoke(0);
    expect(published()).toBe(1);
  }
});

test('an entry that comes after later ones were judged is counted, once', async () => {
  const { assign, until, published, consumer, ledger, late, looks } = await world();
  await assign(0);
  await until(() => published() > 0);
  const [first] = STORY;
  if (first === undefined) throw new Error('no story');
  await ledger.writer(1).append([{ ...first, id: 'late' }]);
  await until(() => late() > 0);
  const before = looks();
  await until(() => looks() > before + 1);
  await consumer.stop();
  expect(late()).toBe(1);
});

test('an outage of the ledger is told and tried again', async () => {
  const { assign, until, published, warnings, ledger, consumer } = await world();
  ledger.faults.outage(true);
  await assign(0);
  await until(() => warnings.length > 0);
  ledger.faults.outage(false);
  await until(() => published() > 0);
  await consumer.stop();
  expect(published()).toBe(1);
});
