import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  LEDGER_GROUP,
  type LedgerConsumerDeps,
  startLedgerConsumer,
} from '../../../consumers/ledger/ledger-consumer.ts';
import type { Bus, BusRecord } from '../../../services/bus/bus.ts';
import { createLocalLogBus } from '../../../services/bus/local-log/local-log-bus.ts';
import { utf8 } from '../../../services/core/bytes.ts';
import { ProvostError } from '../../../services/core/errors.ts';
import { readEntryRecord } from '../../../services/core/events/entry-record.ts';
import type { Entry, ProvostEvent } from '../../../services/core/events/event.ts';
import { TOPICS } from '../../../services/core/topics.ts';
import type { ClickHouse } from '../../../services/ledger/clickhouse/click-house.ts';
import { unmeasured } from '../../../services/ledger/ledger-metrics.ts';
import { digestOf, pushed, sample } from '../../fakes/sample-events.ts';
import {
  createDirectory,
  ORIGIN,
  openStore,
  type StoreFixture,
} from '../../ledger/ledger-fixture.ts';
import { createFaultyClickHouse } from '../../support/faulty-click-house.ts';

const directory = createDirectory();
let store: StoreFixture;
let world = 0;
beforeAll(async () => {
  const engine = join(directory.path, 'engine');
  store = await openStore({ kind: 'embedded', directory: engine, database: 'consumer' });
});
afterAll(async () => {
  await store.close();
  directory.remove();
});

type World = {
  readonly bus: Bus;
  readonly shard: number;
  readonly send: (values: readonly (ProvostEvent | string)[]) => Promise<void>;
  readonly consume: (faults?: Faults) => ReturnType<typeof startLedgerConsumer>;
  readonly settled: () => Promise<void>;
  readonly published: () => Promise<readonly Entry[]>;
  readonly fatal: Error[];
};

type Faults = {
  readonly clickHouse?: ClickHouse;
  /** Publish on `provost.ledger` that fails, counted from 0. */
  readonly failingPublish?: number;
};

describe('the ledger consumer', () => {
  it('turns records into entries and publishes each with its index', async () => {
    await inWorld(async ({ send, consume, settled, published, shard }) => {
      const events = Array.from({ length: 1300 }, (_, n) => pushed({ id: `e${n}` }));
      await send(events);
      const consumer = await consume();
      await settled();
      await consumer.stop();
      expect(await store.ledger.size(shard)).toBe(1300);
      const entries = await published();
      expect(entries.map((entry) => entry.index)).toEqual(events.map((_, n) => n));
      expect(entries.map((entry) => entry.event)).toEqual(events);
    });
  });

  it('publishes a large event whole, though its leaf has the digest only', async () => {
    await inWorld(async ({ send, consume, settled, published }) => {
      const event = sample(
        'artifact.inspected',
        { id: 'large' },
        {
          repository: 'lab/tool',
          digest: digestOf('large'),
          history: Array.from({ length: 20 }, () => 'x'.repeat(4000)),
        },
      );
      await send([event]);
      const consumer = await consume();
      await settled();
      await consumer.stop();
      expect((await published()).map((entry) => entry.event)).toEqual([event]);
    });
  });

  it('keeps a poisoned record as a dead letter, states the fact, and goes on', async () => {
    await inWorld(async ({ bus, send, consume, settled, published, shard }) => {
      await send([
        pushed({ id: 'before' }),
        '{"not": "an event"}',
        'not even json',
        pushed({ id: 'after' }),
      ]);
      const consumer = await consume();
      await settled();
      await consumer.stop();
      const events = (await published()).map((entry) => entry.event);
      expect(events.map(({ id }) => id.replace(/-[0-9a-f]{16}$/, ''))).toEqual([
        'before',
        'after',
        `rejected-provost.events-${shard}-1`,
        `rejected-provost.events-${shard}-2`,
      ]);
      expect(events[2]).toMatchObject({
        project: 'lab',
        data: { code: 'event.envelope', offset: '1' },
      });
      const letters = await readAll(bus, TOPICS.deadLetters);
      expect(letters.map((letter) => Buffer.from(letter.value).toString('utf8'))).toEqual([
        '{"not": "an event"}',
        'not even json',
      ]);
      expect(letters[1]?.headers).toMatchObject({
        'provost-reason': 'json.syntax',
        'provost-offset': '2',
      });
    });
  });

  it('rejects an id used again for another body, each record that does it once', async () => {
    await inWorld(async ({ send, consume, settled, published, shard }) => {
      const other = pushed({ id: 'x', digest: digestOf('other') });
      await send([pushed({ id: 'x' }), other]);
      const first = await consume();
      await settled();
      await first.stop();
      await send([other]);
      const second = await consume();
      await settled();
      await second.stop();
      const entries = await published();
      const reasons = entries.map(({ event }) =>
        event.type === 'event.rejected' ? event.data.code : event.id,
      );
      // A second record is a second fact: it lies at another offset.
      expect(reasons).toEqual(['x', 'event.id-reused', 'event.id-reused']);
      expect(await store.ledger.size(shard)).toBe(3);
    });
  });

  for (const table of ['entries', 'checkpoints'] as const) {
    for (const persisted of ['nothing', 'half', 'everything'] as const) {
      it(`loses and repeats nothing when the store fails at ${table} with ${persisted} persisted`, async () => {
        await inWorld(async ({ send, consume, settled, published, shard }) => {
          const events = Array.from({ length: 1200 }, (_, n) => pushed({ id: `e${n}` }));
          await send(events);
          const faulty = createFaultyClickHouse(store.clickHouse, { table, nth: 0, persisted });
          const dying = await consume({ clickHouse: faulty });
          await until(() => faulty.crashed());
          await dying.stop();
          const consumer = await consume();
          await settled();
          await consumer.stop();
          expect(await store.ledger.size(shard)).toBe(1200);
          const indexes = (await published()).map((entry) => entry.index);
          expect([...new Set(indexes)]).toEqual(events.map((_, n) => n));
        });
      });
    }
  }

  for (const failingPublish of [0, 1]) {
    it(`publishes every entry, and none behind a gap, when its publish number ${failingPublish} fails`, async () => {
      await inWorld(async ({ send, consume, settled, published }) => {
        const events = Array.from({ length: 2600 }, (_, n) => pushed({ id: `e${n}` }));
        await send(events);
        const consumer = await consume({ failingPublish });
        await settled();
        await consumer.stop();
        const indexes = (await published()).map((entry) => entry.index);
        expect([...new Set(indexes)]).toEqual(events.map((_, n) => n));
      });
    });
  }

  it('publishes again what was stored but perhaps not published before a crash', async () => {
    await inWorld(async ({ bus, send, consume, settled, published, shard }) => {
      const events = Array.from({ length: 20 }, (_, n) => pushed({ id: `e${n}` }));
      await (await store.openWriter(shard)).append(events);
      await send(events);
      const consumer = await consume();
      await settled();
      await consumer.stop();
      expect((await published()).map((entry) => entry.index)).toEqual(events.map((_, n) => n));
      expect(await store.ledger.size(shard)).toBe(20);
      expect((await bus.lag(TOPICS.events, LEDGER_GROUP))[shard]?.lag).toBe(0n);
    });
  });

  it('stops its partition for good when the shard has forked', async () => {
    await inWorld(async ({ send, consume, fatal, shard }) => {
      const [one, two] = [await store.openWriter(shard), await store.openWriter(shard)];
      await one.append([pushed({ id: 'mine' })]);
      await two.append([pushed({ id: 'yours' })]).catch(() => {});
      await send([pushed({ id: 'next' })]);
      const consumer = await consume();
      await until(() => fatal.length > 0);
      await consumer.stop();
      expect(fatal[0]).toMatchObject({ code: 'ledger.fork' });
    });
  });
});

/** A bus of its own and a shard of its own: partition n of the nth world. */
async function inWorld(test: (world: World) => Promise<void>): Promise<void> {
  const shard = world++;
  const bus = await createLocalLogBus({
    directory: join(directory.path, `log-${shard}`),
    clock: Date,
  });
  const fatal: Error[] = [];
  const partitions = shard + 1;
  await bus.ensureTopics(
    Object.values(TOPICS).map((topic) => ({
      topic,
      partitions: topic === TOPICS.deadLetters ? 1 : partitions,
    })),
  );
  // Every key goes to the world's own partition, so that shards stay apart.
  const publish: Bus['publish'] = (topic, records) =>
    bus.publish(
      topic,
      records.map((record) => ({ ...record, partition: topic === TOPICS.deadLetters ? 0 : shard })),
    );
  try {
    await test({
      bus,
      shard,
      fatal,
      send: async (values) => {
        await publish(
          TOPICS.events,
          values.map((value) => ({
            key: 'lab',
            value: utf8(typeof value === 'string' ? value : JSON.stringify(value)),
          })),
        );
      },
      consume: ({ clickHouse = store.clickHouse, failingPublish = -1 } = {}) => {
        let published = 0;
        const deps: LedgerConsumerDeps = {
          bus: {
            subscribe: bus.subscribe,
            publish: async (topic, records) => {
              if (topic === TOPICS.ledger && published++ === failingPublish)
                throw new ProvostError('bus.unavailable', 'a fault of the test');
              return publish(topic, records);
            },
          },
          clickHouse,
          signerFor: () => store.signer,
          verifierKeys: [store.signer.verifierKey],
          origin: ORIGIN,
          clock: Date,
          log: { info: () => {}, warn: () => {} },
          metrics: unmeasured,
          onFatal: (error) => fatal.push(error),
        };
        return startLedgerConsumer(deps);
      },
      settled: () =>
        until(async () =>
          (await bus.lag(TOPICS.events, LEDGER_GROUP)).every(({ lag }) => lag === 0n),
        ),
      published: async () => {
        const records = await readAll(bus, TOPICS.ledger);
        return records.map((record) => {
          const entry = readEntryRecord(record);
          if (!entry.ok) throw new Error(entry.problem.message);
          return entry.value;
        });
      },
    });
  } finally {
    await bus.close();
  }
}

async function readAll(bus: Bus, topic: string): Promise<readonly BusRecord[]> {
  const records: BusRecord[] = [];
  const group = `reader-${Math.random()}`;
  const subscription = await bus.subscribe({
    topic,
    group,
    from: 'earliest',
    handler: async (batch) => {
      records.push(...batch.records);
    },
    onFatal: () => {},
  });
  await until(async () => (await bus.lag(topic, group)).every(({ lag }) => lag === 0n));
  await subscription.stop();
  return records;
}

/** Resolves once it is so; the test's own time limit ends a wait in vain. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
