import { expect, vi } from 'vitest';
import {
  type ContractTest,
  collect,
  numbered,
  PATIENCE,
  subscribing,
  text,
  textOf,
} from './given.ts';

/** Where a group goes on: after a close, after a throw, from the beginning, from the end. */
export function testResuming(contractTest: ContractTest): void {
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
}
