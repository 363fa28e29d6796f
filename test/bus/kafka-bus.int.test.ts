import { randomBytes } from 'node:crypto';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  onTestFinished,
  type TestContext,
  test,
  vi,
} from 'vitest';
import type { Bus, BusRecord, SubscribeOptions } from '../../services/bus/bus.ts';
import { createKafkaBus, type KafkaBusOptions } from '../../services/bus/kafka/kafka-bus.ts';
import { type KafkaBroker, startKafkaBroker } from '../support/kafka-broker.ts';

const USER = { username: 'provost', password: 'correct horse battery staple' };
const PATIENCE = { timeout: 60_000, interval: 20 };

let broker: KafkaBroker | string;

beforeAll(async () => {
  broker = await startKafkaBroker({ user: USER });
  if (typeof broker === 'string') console.warn(`the Kafka adapter is not tested: ${broker}`);
}, 180_000);
afterAll(async () => {
  if (typeof broker !== 'string') await broker.stop();
});

describe('the Kafka adapter', { timeout: 120_000 }, () => {
  test.for(['gzip', 'snappy', 'lz4', 'zstd'])(
    "reads what Kafka's own producer compresses with %s",
    async (codec, context) => {
      const running = needOwn(context, 'has no tools');
      const { bus, topic } = await openBus(running);
      const lines = Array.from(
        { length: 3_000 },
        (_, index) => `${codec} line ${index} ${'é'.repeat(index % 40)}`,
      );
      await running.runTool(
        'org.apache.kafka.tools.ConsoleProducer',
        [
          ...['--bootstrap-server', running.brokers.join(','), '--topic', topic],
          ...['--compression-codec', codec, '--batch-size', '65536'],
        ],
        `${lines.join('\n')}\n`,
      );
      const records = await collect(bus, topic);
      await vi.waitFor(() => expect(records).toHaveLength(lines.length), PATIENCE);
      expect(records.map(textOf)).toEqual(lines);
      expect(records[0]?.key).toBe('');
    },
  );

  test('writes gzip that it reads back', async (context) => {
    const { bus, topic } = await openBus(needBroker(context), { gzip: true });
    const sent = numbered(0, 500);
    await bus.publish(topic, sent);
    const records = await collect(bus, topic);
    await vi.waitFor(() => expect(records.map(textOf)).toEqual(sent.map(textOf)), PATIENCE);
  });

  test('brings a batch as large as the handler takes, whole', async (context) => {
    const { bus, topic } = await openBus(needOwn(context, 'gives one batch a fetch'));
    const value = randomBytes(900_000);
    const key = 'k';
    for (let n = 0; n < 6; n += 1) await bus.publish(topic, [{ key, value }]);
    const sizes: number[] = [];
    await collect(bus, topic, {
      maxBatchBytes: 8_388_608,
      handler: async ({ records }) => {
        sizes.push(records.length);
      },
    });
    await vi.waitFor(() => expect(sizes).toEqual([6]), PATIENCE);
  });

  test.for(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'publishes and consumes over TLS with %s',
    async (mechanism, context) => {
      const secure = needSecure(context);
      const { bus, topic } = await openBus(secure, {
        ssl: { ca: secure.ca },
        sasl: { mechanism, ...USER },
      });
      await bus.publish(topic, numbered(0, 3));
      const records = await collect(bus, topic);
      await vi.waitFor(() => expect(records.map(textOf)).toEqual(['0', '1', '2']), PATIENCE);
    },
  );

  test('does not open with a wrong password, and does not name it', async (context) => {
    const secure = needSecure(context);
    const said: string[] = [];
    const note = (fields: unknown, message: string) => {
      said.push(message, JSON.stringify(fields));
    };
    const opening = createKafkaBus({
      brokers: secure.brokers,
      clientId: 'intruder',
      ssl: { ca: secure.ca },
      sasl: { mechanism: 'scram-sha-512', username: USER.username, password: 'hunter2-hunter2' },
      log: { info: note, warn: note, error: note },
    });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'bus.unavailable' });
    expect(`${error}${said.join()}`).not.toContain('hunter2');
  });

  test('does not open when the certificate is not signed by the authority', async (context) => {
    const secure = needSecure(context);
    const sasl = { mechanism: 'plain', ...USER } as const;
    await expect(
      createKafkaBus({ brokers: secure.brokers, clientId: 'wary', ssl: true, sasl }),
    ).rejects.toMatchObject({ code: 'bus.unavailable' });
  });

  test('moves the partitions of a member that is gone to the one that stays, and loses nothing', async (context) => {
    const running = needBroker(context);
    const { bus, topic } = await openBus(running, {}, 4);
    const other = await createKafkaBus({ brokers: running.brokers, clientId: 'second' });
    onTestFinished(() => other.close());
    const seen = new Map<string, number>();
    const owned = { first: new Set<number>(), second: new Set<number>() };
    const member = (who: 'first' | 'second'): Partial<SubscribeOptions> => ({
      maxBatchRecords: 10,
      onAssigned: async (partition) => {
        owned[who].add(partition);
      },
      onRevoked: async (partition) => {
        owned[who].delete(partition);
      },
      handler: async ({ records }) => {
        for (const record of records) seen.set(textOf(record), (seen.get(textOf(record)) ?? 0) + 1);
      },
    });
    await collect(bus, topic, member('first'));
    await vi.waitFor(() => expect(owned.first.size).toBe(4), PATIENCE);
    let sent = 0;
    const publishSome = async () => {
      await bus.publish(topic, numbered(sent, 40));
      sent += 40;
    };
    await publishSome();
    await collect(other, topic, member('second'));
    await vi.waitFor(
      async () => {
        await publishSome();
        expect(owned.second.size).toBe(2);
      },
      { timeout: 60_000, interval: 100 },
    );
    await other.close();
    await vi.waitFor(
      async () => {
        await publishSome();
        expect(owned.first.size).toBe(4);
      },
      { timeout: 60_000, interval: 100 },
    );
    await vi.waitFor(() => expect(seen.size).toBe(sent), PATIENCE);
    expect(owned.second.size).toBe(0);
  });

  test('keeps membership through a handler that outlives the session, when it beats', async (context) => {
    const { bus, topic } = await openBus(needBroker(context));
    await bus.publish(topic, numbered(0, 1));
    let calls = 0;
    let done = false;
    await collect(bus, topic, {
      handler: async ({ heartbeat }) => {
        calls += 1;
        for (let second = 0; second < 35; second += 1) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          await heartbeat();
        }
        done = true;
      },
    });
    await vi.waitFor(() => expect(done).toBe(true), PATIENCE);
    await vi.waitFor(
      async () => expect(await bus.lag(topic, groupOf(topic))).toMatchObject([{ lag: 0n }]),
      PATIENCE,
    );
    expect(calls).toBe(1);
  });

  test('loses no acknowledged publish when the broker is killed with -9 and starts again', async (context) => {
    const running = needOwn(context, 'has nothing left after a kill -9');
    const { bus, topic } = await openBus(running, {}, 2);
    const records = await collect(bus, topic);
    const acknowledged: string[] = [];
    let stopped = false;
    let sent = 0;
    const publishing = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (!stopped) {
          const value = String(sent);
          sent += 1;
          // What is refused while the broker is away is the publisher's to send again.
          await bus.publish(topic, [{ key: `key-${value}`, value: Buffer.from(value) }]).then(
            () => acknowledged.push(value),
            () => {},
          );
        }
      }),
    );
    for (let round = 0; round < 2; round += 1) {
      const before = acknowledged.length;
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 200), PATIENCE);
      await running.kill();
      await running.start();
    }
    const before = acknowledged.length;
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 200), PATIENCE);
    stopped = true;
    await publishing;
    await vi.waitFor(() => {
      const seen = new Set(records.map(textOf));
      expect(acknowledged.filter((value) => !seen.has(value))).toEqual([]);
    }, PATIENCE);
    await vi.waitFor(async () => {
      const lags = await bus.lag(topic, groupOf(topic));
      expect(lags.map(({ lag }) => lag)).toEqual([0n, 0n]);
    }, PATIENCE);
    for (const partition of [0, 1]) {
      const values = records.filter((record) => record.partition === partition);
      const firsts = values.filter(
        (record, index) => values.findIndex(({ offset }) => offset === record.offset) === index,
      );
      expect(firsts.map(({ offset }) => offset)).toEqual(firsts.map((_, index) => BigInt(index)));
    }
  });
});

test('gives up with bus.unavailable when no broker answers', { timeout: 60_000 }, async () => {
  await expect(
    createKafkaBus({ brokers: ['127.0.0.1:1'], clientId: 'lonely' }),
  ).rejects.toMatchObject({ code: 'bus.unavailable' });
});

function needBroker(context: TestContext): KafkaBroker {
  if (typeof broker === 'string') return context.skip(broker);
  return broker;
}

function needOwn(context: TestContext, lack: string): KafkaBroker {
  const running = needBroker(context);
  if (running.kind === 'own') return running;
  return context.skip(`needs the real broker: librdkafka's mock cluster ${lack}`);
}

function needSecure(context: TestContext): NonNullable<KafkaBroker['secure']> {
  const { secure } = needOwn(context, 'has neither TLS nor SASL');
  if (secure === undefined) throw new Error('the broker was started without a secure listener');
  return secure;
}

async function openBus(
  { brokers }: { readonly brokers: readonly string[] },
  options: Partial<KafkaBusOptions> = {},
  partitions = 1,
): Promise<{ readonly bus: Bus; readonly topic: string }> {
  const bus = await createKafkaBus({ brokers, clientId: 'provost-test', ...options });
  onTestFinished(() => bus.close(), 60_000);
  const topic = `kafka-${randomBytes(6).toString('hex')}`;
  await bus.ensureTopics([{ topic, partitions }]);
  return { bus, topic };
}

async function collect(
  bus: Bus,
  topic: string,
  changes: Partial<SubscribeOptions> = {},
): Promise<readonly BusRecord[]> {
  const records: BusRecord[] = [];
  await bus.subscribe({
    topic,
    group: groupOf(topic),
    from: 'earliest',
    handler: async (batch) => {
      records.push(...batch.records);
    },
    onFatal: (error) => {
      throw error;
    },
    ...changes,
  });
  return records;
}

function groupOf(topic: string): string {
  return `group-of-${topic}`;
}

function numbered(first: number, count: number): { key: string; value: Uint8Array }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${first + index}`,
    value: Buffer.from(String(first + index)),
  }));
}

function textOf({ value }: { readonly value: Uint8Array }): string {
  return Buffer.from(value).toString();
}
