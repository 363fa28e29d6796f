import { generateKeyPairSync } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startLaneConsumer } from '../../../consumers/lane/lane-consumer.ts';
import { HOLD_MS, LANE_SNAPSHOT_CONSUMER } from '../../../consumers/lane/lane-follower.ts';
import { taintElsewhereExamples } from '../../../detectors/examples/taint-elsewhere-examples.ts';
import { LANE_DETECTORS } from '../../../detectors/lane/lane-registry.ts';
import { LANE_SNAPSHOT_FORMAT } from '../../../detectors/lane/lane-snapshot.ts';
import type { SubscribeOptions } from '../../../services/bus/bus.ts';
import { createMemoryLedger } from '../../fakes/memory-ledger.ts';

const STORY = taintElsewhereExamples()
  .fires.slice(0, 1)
  .flatMap(({ given, when }) => [...given, when]);

async function world() {
  const time = { now: Date.parse(STORY.at(-1)?.receivedtime ?? '') + HOLD_MS };
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
  let options: SubscribeOptions | undefined;
  const warnings: string[] = [];
  const counted: string[] = [];
  const consumer = await startLaneConsumer({
    bus: {
      publish: async (_topic, records) => {
        published += records.length;
        return [];
      },
      subscribe: async (given) => {
        options = given;
        return { stop: async () => {} };
      },
    },
    ledger,
    governance: {},
    detectors: LANE_DETECTORS,
    clock,
    log: { warn: (_fields, message) => warnings.push(message) },
    metrics: { finding: (rule, disposition) => counted.push(`${rule} ${disposition}`) },
    onFatal: () => {},
  });
  const until = async (done: () => boolean) => {
    while (!done()) await setTimeout(5);
  };
  return {
    ledger,
    consumer,
    until,
    warnings,
    counted,
    published: () => published,
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

test('the other partitions start nothing', async () => {
  const { assign, consumer, published, snapshot } = await world();
  await assign(1);
  await setTimeout(30);
  await consumer.stop();
  expect(published()).toBe(0);
  expect(await snapshot()).toBeUndefined();
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
