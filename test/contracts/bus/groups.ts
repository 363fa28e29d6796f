import { expect, vi } from 'vitest';
import type { SubscribeOptions } from '../../../services/bus/bus.ts';
import { type ContractTest, collect, numbered, PATIENCE, text, textOf } from './given.ts';

/** What members of a group share, and how far behind they are. */
export function testGroups(contractTest: ContractTest): void {
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
    await vi.waitFor(() => expect([...owners.values()]).toEqual(Array(4).fill('first')), PATIENCE);
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
}
