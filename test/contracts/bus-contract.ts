import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type {
  Bus,
  BusRecord,
  RecordBatch,
  SubscribeOptions,
  Subscription,
} from '../../services/bus/bus.ts';
import { publishDeadLetter } from '../../services/bus/dead-letter.ts';
import { MAX_RECORD_BYTES } from '../../services/bus/record-limits.ts';
import { FatalError } from '../../services/core/errors.ts';

/** A place for buses that outlives each of them: a directory, a broker. */
export type BusHarness = {
  /** Opens a bus on the harness's storage; at most one is open at a time where storage is exclusive. */
  readonly open: () => Promise<Bus>;
  readonly dispose: () => Promise<void>;
};

const PATIENCE = { timeout: 30_000, interval: 10 };

/**
 * What `services/bus/bus.ts` promises, as tests: run it against every adapter. A harness that cannot be had on
 * this machine is a string, the reason, and then every test is skipped with it.
 */
export function describeBusContract(
  name: string,
  startHarness: () => Promise<BusHarness | string>,
): void {
  describe(`the bus contract: ${name}`, { timeout: 60_000 }, () => {
    let harness: BusHarness | string;

    beforeAll(async () => {
      harness = await startHarness();
      if (typeof harness === 'string') console.warn(`${name} is skipped: ${harness}`);
    }, 120_000);
    afterAll(async () => {
      if (typeof harness !== 'string') await harness?.dispose();
    }, 60_000);

    /** A test with an open bus, a fresh topic and a way to close and reopen the bus. */
    function contractTest(
      behaviour: string,
      partitions: number,
      body: (given: Given) => Promise<void>,
    ): void {
      test(behaviour, async (context) => {
        if (typeof harness === 'string') return context.skip(harness);
        const storage = harness;
        let bus = await storage.open();
        onTestFinished(() => bus.close(), 30_000);
        const topic = `contract-${randomBytes(6).toString('hex')}`;
        await bus.ensureTopics([{ topic, partitions }]);
        await body({
          bus: () => bus,
          topic,
          group: `group-of-${topic}`,
          reopen: async () => {
            await bus.close();
            bus = await storage.open();
          },
        });
      });
    }

    contractTest('gives back key, value, headers, position and time', 1, async (given) => {
      const before = Date.now();
      const value = randomBytes(300);
      const [position] = await given
        .bus()
        .publish(given.topic, [
          { key: 'clé', value, headers: { reason: 'why', naïve: 'été', empty: '' } },
        ]);
      expect(position).toEqual({ partition: 0, offset: 0n });
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(1), PATIENCE);
      const [record] = records;
      expect(record).toMatchObject({ partition: 0, offset: 0n, key: 'clé' });
      expect(record?.headers).toEqual({ reason: 'why', naïve: 'été', empty: '' });
      expect(Buffer.from(record?.value ?? []).equals(value)).toBe(true);
      expect(record?.timestamp).toBeGreaterThanOrEqual(before - 60_000);
      expect(record?.timestamp).toBeLessThanOrEqual(Date.now() + 60_000);
    });

    contractTest('keeps the order of records that share a key', 4, async (given) => {
      const sent = Array.from({ length: 400 }, (_, index) => ({
        key: `key-${index % 7}`,
        value: text(String(index)),
      }));
      for (let at = 0; at < sent.length; at += 50) {
        await given.bus().publish(given.topic, sent.slice(at, at + 50));
      }
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(sent.length), PATIENCE);
      for (let key = 0; key < 7; key += 1) {
        const mine = records.filter((record) => record.key === `key-${key}`);
        expect(mine.map(textOf)).toEqual(
          sent.filter((record) => record.key === `key-${key}`).map(textOf),
        );
        expect(new Set(mine.map((record) => record.partition)).size).toBe(1);
      }
    });

    contractTest('keeps the order of publishes that are in flight together', 1, async (given) => {
      const positions = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          given.bus().publish(given.topic, [{ key: 'k', value: text(String(index)) }]),
        ),
      );
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(100), PATIENCE);
      expect(records.map(textOf)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
      expect(positions.map(([position]) => position?.offset)).toEqual(
        records.map(({ offset }) => offset),
      );
    });

    contractTest('answers with positions in the order of the records', 4, async (given) => {
      const sent = Array.from({ length: 40 }, (_, index) => ({
        key: `k${index}`,
        value: text('v'),
      }));
      const positions = await given.bus().publish(given.topic, sent);
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(40), PATIENCE);
      for (const [index, position] of positions.entries()) {
        const found = records.find(
          ({ partition, offset }) => partition === position.partition && offset === position.offset,
        );
        expect(found?.key).toBe(`k${index}`);
      }
    });

    contractTest('puts a record into the partition that it names', 4, async (given) => {
      const wanted = [3, 0, 2, 1];
      const positions = await given.bus().publish(
        given.topic,
        wanted.map((partition) => ({ key: 'same', value: text('v'), partition })),
      );
      expect(positions.map(({ partition }) => partition)).toEqual(wanted);
    });

    contractTest(
      'resumes after the last acknowledged record when it is reopened',
      2,
      async (given) => {
        await given.bus().publish(given.topic, numbered(0, 20));
        const first = await collect(given);
        await vi.waitFor(() => expect(first.records).toHaveLength(20), PATIENCE);
        await first.subscription.stop();
        await given.reopen();
        await given.bus().publish(given.topic, numbered(20, 5));
        const second = await collect(given);
        await vi.waitFor(() => expect(second.records).toHaveLength(5), PATIENCE);
        expect(second.records.map(textOf).sort()).toEqual(['20', '21', '22', '23', '24']);
      },
    );

    contractTest('gives again what a closed bus had not acknowledged', 1, async (given) => {
      await given.bus().publish(given.topic, numbered(0, 6));
      const seen: string[] = [];
      await given.bus().subscribe({
        ...subscribing(given),
        handler: async ({ records, acknowledge, signal }) => {
          seen.push(...records.map(textOf));
          await acknowledge(2n);
          // Holds the rest until it is told to let go, and then says that it did not manage.
          if (!signal.aborted) {
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          }
          throw new Error('interrupted');
        },
      });
      await vi.waitFor(() => expect(seen).toContain('2'), PATIENCE);
      await given.reopen();
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records.map(textOf)).toEqual(['3', '4', '5']), PATIENCE);
    });

    contractTest('replays from the first record for a new group', 2, async (given) => {
      await given.bus().publish(given.topic, numbered(0, 10));
      const first = await collect(given);
      await vi.waitFor(() => expect(first.records).toHaveLength(10), PATIENCE);
      const second = await collect({ ...given, group: `${given.group}-replay` });
      await vi.waitFor(() => expect(second.records).toHaveLength(10), PATIENCE);
    });

    contractTest('begins at the end for a new group that asks for the latest', 1, async (given) => {
      await given.bus().publish(given.topic, numbered(0, 3));
      const assigned: number[] = [];
      const { records } = await collect(given, {
        from: 'latest',
        onAssigned: async (partition) => {
          assigned.push(partition);
        },
      });
      await vi.waitFor(() => expect(assigned).toEqual([0]), PATIENCE);
      // A broker settles the position with the first fetch, so what counts is what comes after one record.
      await vi.waitFor(
        async () => {
          await given.bus().publish(given.topic, [{ key: 'k', value: text('new') }]);
          expect(records.length).toBeGreaterThan(0);
        },
        { ...PATIENCE, interval: 200 },
      );
      expect(new Set(records.map(textOf))).toEqual(new Set(['new']));
    });

    contractTest('retries from the first unacknowledged record after a throw', 1, async (given) => {
      await given.bus().publish(given.topic, numbered(0, 6));
      const attempts: string[][] = [];
      await given.bus().subscribe({
        ...subscribing(given),
        maxBatchRecords: 6,
        handler: async ({ records, acknowledge }) => {
          attempts.push(records.map(textOf));
          if (attempts.length === 1) {
            await acknowledge(1n);
            throw new Error('an outage');
          }
        },
      });
      await vi.waitFor(() => expect(attempts.flat().at(-1)).toBe('5'), PATIENCE);
      await vi.waitFor(() => expect(attempts.length).toBeGreaterThan(1), PATIENCE);
      expect(attempts[1]?.[0]).toBe('2');
      expect(attempts.slice(1).flat()).toEqual(['2', '3', '4', '5']);
    });

    contractTest('never gives a batch of more records than asked for', 1, async (given) => {
      await given.bus().publish(given.topic, numbered(0, 25));
      const sizes: number[] = [];
      await given.bus().subscribe({
        ...subscribing(given),
        maxBatchRecords: 4,
        handler: async ({ records }) => {
          sizes.push(records.length);
        },
      });
      await vi.waitFor(() => expect(sizes.reduce((a, b) => a + b, 0)).toBe(25), PATIENCE);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
    });

    contractTest(
      'keeps a batch within the bytes asked for, or gives one record',
      1,
      async (given) => {
        const sent = [100, 900, 100, 5_000, 100].map((size) => ({
          key: 'k',
          value: randomBytes(size),
        }));
        await given.bus().publish(given.topic, sent);
        const batches: number[][] = [];
        await given.bus().subscribe({
          ...subscribing(given),
          maxBatchBytes: 1_500,
          handler: async ({ records }) => {
            batches.push(records.map(({ value }) => value.byteLength));
          },
        });
        await vi.waitFor(
          () => expect(batches.flat()).toEqual([100, 900, 100, 5_000, 100]),
          PATIENCE,
        );
        expect(batches).toContainEqual([5_000]);
      },
    );

    contractTest('handles one batch of a partition at a time', 3, async (given) => {
      const running = new Map<number, number>();
      let most = 0;
      let seen = 0;
      await given.bus().subscribe({
        ...subscribing(given),
        maxBatchRecords: 5,
        handler: async ({ partition, records }) => {
          running.set(partition, (running.get(partition) ?? 0) + 1);
          most = Math.max(most, running.get(partition) ?? 0);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running.set(partition, (running.get(partition) ?? 0) - 1);
          seen += records.length;
        },
      });
      for (let round = 0; round < 4; round += 1) {
        await given.bus().publish(given.topic, numbered(round * 20, 20));
      }
      await vi.waitFor(() => expect(seen).toBe(80), PATIENCE);
      expect(most).toBe(1);
    });

    contractTest('stops for ever and reports when a handler is fatal', 1, async (given) => {
      await given.bus().publish(given.topic, numbered(0, 3));
      const errors: Error[] = [];
      let calls = 0;
      await given.bus().subscribe({
        ...subscribing(given),
        handler: async () => {
          calls += 1;
          throw new FatalError('ledger.fork', 'two owners');
        },
        onFatal: (error) => errors.push(error),
      });
      await vi.waitFor(() => expect(errors).toHaveLength(1), PATIENCE);
      expect(errors[0]).toMatchObject({ code: 'ledger.fork' });
      await given.bus().publish(given.topic, numbered(3, 3));
      await given.reopen();
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(6), PATIENCE);
      expect(calls).toBe(1);
      expect(errors).toHaveLength(1);
    });

    contractTest('is fatal too when the state of an assigned partition is', 1, async (given) => {
      const errors: Error[] = [];
      const { records } = await collect(given, {
        onAssigned: async () => {
          throw new FatalError('ledger.not-dense', 'cannot recover');
        },
        onFatal: (error) => errors.push(error),
      });
      await vi.waitFor(() => expect(errors).toHaveLength(1), PATIENCE);
      expect(records).toEqual([]);
    });

    contractTest('tells the lag of each partition', 2, async (given) => {
      const bus = given.bus();
      await bus.publish(
        given.topic,
        numbered(0, 10).map((record, index) => ({ ...record, partition: index < 7 ? 0 : 1 })),
      );
      const { subscription, records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(10), PATIENCE);
      await vi.waitFor(async () => {
        const lags = await bus.lag(given.topic, given.group);
        expect(lags.map(({ lag }) => lag)).toEqual([0n, 0n]);
      }, PATIENCE);
      await subscription.stop();
      await bus.publish(given.topic, [{ key: 'k', value: text('late'), partition: 1 }]);
      expect(await bus.lag(given.topic, given.group)).toEqual([
        { partition: 0, acknowledged: 7n, end: 7n, lag: 0n },
        { partition: 1, acknowledged: 3n, end: 4n, lag: 1n },
      ]);
      expect((await bus.lag(given.topic, 'nobody')).map(({ lag }) => lag)).toEqual([7n, 4n]);
    });

    contractTest('shares the partitions of a group among its members', 4, async (given) => {
      const owners = new Map<number, string>();
      const overlaps: string[] = [];
      const handled: string[] = [];
      const member = (who: string): Partial<SubscribeOptions> => ({
        onAssigned: async (partition) => {
          if (owners.has(partition)) overlaps.push(`${who} took ${partition} from a live owner`);
          owners.set(partition, who);
        },
        onRevoked: async (partition) => {
          if (owners.get(partition) === who) owners.delete(partition);
        },
        handler: async ({ partition, records }) => {
          if (owners.get(partition) !== who) overlaps.push(`${who} handled ${partition}`);
          handled.push(...records.map(textOf));
        },
      });
      const first = await collect(given, member('first'));
      await vi.waitFor(
        () => expect([...owners.values()]).toEqual(Array(4).fill('first')),
        PATIENCE,
      );
      const second = await collect(given, member('second'));
      await vi.waitFor(() => {
        expect([...owners.values()].sort()).toEqual(['first', 'first', 'second', 'second']);
      }, PATIENCE);
      await given.bus().publish(
        given.topic,
        numbered(0, 40).map((record, index) => ({ ...record, partition: index % 4 })),
      );
      await vi.waitFor(() => expect(new Set(handled).size).toBe(40), PATIENCE);
      await second.subscription.stop();
      await vi.waitFor(() => {
        expect([...owners.values()]).toEqual(Array(4).fill('first'));
      }, PATIENCE);
      expect(overlaps).toEqual([]);
      await first.subscription.stop();
      expect(owners.size).toBe(0);
    });

    contractTest(
      'lets a running handler finish and acknowledges it when it stops',
      1,
      async (given) => {
        await given.bus().publish(given.topic, numbered(0, 2));
        const batches: RecordBatch[] = [];
        let letGo = () => {};
        const { subscription } = await collect(given, {
          handler: async (batch) => {
            batches.push(batch);
            await batch.heartbeat();
            await new Promise<void>((resolve) => {
              letGo = resolve;
            });
          },
        });
        await vi.waitFor(() => expect(batches).toHaveLength(1), PATIENCE);
        const stopped = subscription.stop();
        await vi.waitFor(() => expect(batches[0]?.signal.aborted).toBe(true), PATIENCE);
        letGo();
        await stopped;
        await subscription.stop();
        const count = BigInt(batches[0]?.records.length ?? 0);
        expect(await given.bus().lag(given.topic, given.group)).toMatchObject([
          { acknowledged: count },
        ]);
      },
    );

    contractTest('passes a poisoned record to the dead letters and goes on', 1, async (given) => {
      const bus = given.bus();
      const deadLetters = `${given.topic}-dead`;
      await bus.ensureTopics([{ topic: deadLetters, partitions: 1 }]);
      await bus.publish(given.topic, numbered(0, 5));
      const good: string[] = [];
      await collect(given, {
        handler: async ({ topic, records }) => {
          for (const record of records) {
            if (textOf(record) !== '3') good.push(textOf(record));
            else {
              const problem = { code: 'json.syntax', message: 'expected {\nreceived 3' } as const;
              await publishDeadLetter(bus, { deadLetters, topic, record, problem });
            }
          }
        },
      });
      await vi.waitFor(() => expect(good).toEqual(['0', '1', '2', '4']), PATIENCE);
      const { records } = await collect({ ...given, topic: deadLetters, group: 'undertaker' });
      await vi.waitFor(() => expect(records).toHaveLength(1), PATIENCE);
      expect(records[0]).toMatchObject({
        key: 'key-3',
        headers: {
          'provost-reason': 'json.syntax',
          'provost-topic': given.topic,
          'provost-partition': '0',
          'provost-offset': '3',
        },
      });
    });

    contractTest('carries an empty key, an empty value and no headers', 1, async (given) => {
      await given.bus().publish(given.topic, [{ key: '', value: new Uint8Array() }]);
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(1), PATIENCE);
      expect(records[0]).toMatchObject({ key: '', headers: {} });
      expect(records[0]?.value.byteLength).toBe(0);
    });

    contractTest('publishes nothing for no records', 1, async (given) => {
      expect(await given.bus().publish(given.topic, [])).toEqual([]);
      expect(await given.bus().lag(given.topic, given.group)).toMatchObject([{ end: 0n }]);
    });

    contractTest('takes the largest record and many of them at once', 1, async (given) => {
      const largest = randomBytes(MAX_RECORD_BYTES - 129);
      const sent = Array.from({ length: 3 }, () => ({ key: 'k', value: largest }));
      await given.bus().publish(given.topic, sent);
      const { records } = await collect(given);
      await vi.waitFor(() => expect(records).toHaveLength(3), PATIENCE);
      expect(records.every(({ value }) => largest.equals(value))).toBe(true);
    });

    contractTest(
      'refuses a record over the limit and writes none of its companions',
      1,
      async (given) => {
        const tooLarge = { key: 'k', value: new Uint8Array(MAX_RECORD_BYTES - 128) };
        await expect(
          given.bus().publish(given.topic, [...numbered(0, 2), tooLarge]),
        ).rejects.toMatchObject({ code: 'bus.record-too-large' });
        const tooManyHeaders = {
          key: 'k',
          value: text('v'),
          headers: { h: 'x'.repeat(MAX_RECORD_BYTES) },
        };
        await expect(given.bus().publish(given.topic, [tooManyHeaders])).rejects.toMatchObject({
          code: 'bus.record-too-large',
        });
        expect(await given.bus().lag(given.topic, given.group)).toMatchObject([{ end: 0n }]);
      },
    );

    contractTest('refuses a topic that does not exist', 1, async (given) => {
      const unknown = { code: 'bus.unknown-topic' };
      const bus = given.bus();
      const topic = `${given.topic}-missing`;
      await expect(bus.publish(topic, numbered(0, 1))).rejects.toMatchObject(unknown);
      await expect(bus.partitionCount(topic)).rejects.toMatchObject(unknown);
      await expect(bus.lag(topic, given.group)).rejects.toMatchObject(unknown);
      await expect(bus.subscribe({ ...subscribing(given), topic })).rejects.toMatchObject(unknown);
    });

    contractTest('keeps the number of partitions of a topic that exists', 3, async (given) => {
      await given.bus().ensureTopics([{ topic: given.topic, partitions: 9 }]);
      expect(await given.bus().partitionCount(given.topic)).toBe(3);
      await given.reopen();
      expect(await given.bus().partitionCount(given.topic)).toBe(3);
    });

    contractTest('refuses names that could be paths', 1, async (given) => {
      for (const topic of ['../up', '..', '', 'a/b', 'x'.repeat(250)]) {
        await expect(given.bus().ensureTopics([{ topic, partitions: 1 }])).rejects.toMatchObject({
          code: 'bus.invalid-name',
        });
      }
    });

    contractTest(
      'finishes publishes in flight when it closes, and refuses later ones',
      1,
      async (given) => {
        const bus = given.bus();
        const inFlight = bus.publish(given.topic, numbered(0, 3));
        await bus.close();
        await bus.close();
        expect(await inFlight).toHaveLength(3);
        await expect(bus.publish(given.topic, numbered(3, 1))).rejects.toMatchObject({
          code: 'bus.unavailable',
        });
        await given.reopen();
        const { records } = await collect(given);
        await vi.waitFor(() => expect(records.map(textOf)).toEqual(['0', '1', '2']), PATIENCE);
      },
    );
  });
}

type Given = {
  readonly bus: () => Bus;
  readonly topic: string;
  readonly group: string;
  readonly reopen: () => Promise<void>;
};

function subscribing(given: Given): SubscribeOptions {
  return {
    topic: given.topic,
    group: given.group,
    from: 'earliest',
    handler: async () => {},
    onFatal: (error) => {
      throw error;
    },
  };
}

/** Subscribes and gathers what comes; the array grows. */
async function collect(
  given: Given,
  changes: Partial<SubscribeOptions> = {},
): Promise<{ readonly records: BusRecord[]; readonly subscription: Subscription }> {
  const records: BusRecord[] = [];
  const subscription = await given.bus().subscribe({
    ...subscribing(given),
    handler: async (batch) => {
      records.push(...batch.records);
    },
    ...changes,
  });
  return { records, subscription };
}

function numbered(first: number, count: number): { key: string; value: Uint8Array }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${first + index}`,
    value: text(String(first + index)),
  }));
}

function text(value: string): Uint8Array {
  return Buffer.from(value);
}

function textOf(record: { readonly value: Uint8Array }): string {
  return Buffer.from(record.value).toString();
}
