import { randomBytes } from 'node:crypto';
import { expect, vi } from 'vitest';
import { MAX_RECORD_BYTES } from '../../../services/bus/record-limits.ts';
import { type ContractTest, collect, PATIENCE, text, textOf } from './given.ts';

/** What a record, its position and its order are promised. */
export function testPublishing(contractTest: ContractTest): void {
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
}
