import { randomBytes } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { RecordBatch } from '../../../services/bus/bus.ts';
import { type ContractTest, collect, numbered, PATIENCE, subscribing } from './given.ts';

/** What one call of a handler gets. */
export function testBatches(contractTest: ContractTest): void {
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
      await vi.waitFor(() => expect(batches.flat()).toEqual([100, 900, 100, 5_000, 100]), PATIENCE);
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
}
