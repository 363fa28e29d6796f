import { expect, test } from 'vitest';
import { drainConsumers } from '../../services/runtime/drain-consumers.ts';
import { createLaneLag } from '../../services/runtime/lane-lag.ts';

const GROUPS = [{ topic: 'provost.events', group: 'provost-ledger' }];
const ENOUGH = 10_000;

/** Drains while every pause plays the next step of a story; answers with how many pauses it took. */
async function drain(deps: {
  readonly groupLag?: (pauses: number) => number;
  readonly laneLag: (pauses: number) => number;
}): Promise<number> {
  let pauses = 0;
  const lane = { topic: 'provost.ledger', group: 'provost-lane', partition: 0 };
  await drainConsumers({
    bus: {
      lag: async () => {
        const lag = BigInt(deps.groupLag?.(pauses) ?? 0);
        return [{ partition: 0, acknowledged: 0n, end: lag, lag }];
      },
    },
    groups: GROUPS,
    lane: { read: async () => [{ ...lane, lag: deps.laneLag(pauses) }] },
    fatal: () => (pauses > ENOUGH ? new Error('waits for ever') : undefined),
    pause: async () => {
      pauses += 1;
    },
  });
  return pauses;
}

test('waits for the second lane, and for what it has just stated', async () => {
  const laneLag = (pauses: number) => Math.max(0, 20 - pauses);
  expect(await drain({ laneLag })).toBe(23);
  const groupLag = (pauses: number) => (pauses >= 21 && pauses < 30 ? 1 : 0);
  expect(await drain({ laneLag, groupLag })).toBe(33);
});

test('does not wait for ever for a lane that gets no further', async () => {
  const pauses = await drain({ laneLag: () => 5 });
  expect(pauses).toBeGreaterThan(500);
  expect(pauses).toBeLessThan(ENOUGH);
});

test('rejects with the reason when a consumer has died', async () => {
  const died = new Error('died');
  const lane = createLaneLag({ shards: async () => [], size: async () => 0 });
  const deps = { bus: { lag: async () => [] }, groups: GROUPS, lane };
  await expect(drainConsumers({ ...deps, fatal: () => died })).rejects.toBe(died);
});

test('what the ledger took since the lane last looked waits for it too', async () => {
  const sizes = new Map([[0, 10]]);
  const lane = createLaneLag({
    shards: async () => [...sizes.keys()],
    size: async (shard) => sizes.get(shard) ?? 0,
  });
  const lags = async () => (await lane.read()).map(({ partition, lag }) => [partition, lag]);
  expect(await lags()).toEqual([]);
  lane.tell({ waiting: new Map(), sizes: new Map() });
  expect(await lags()).toEqual([[0, 10]]);
  lane.tell({ waiting: new Map([[0, 2]]), sizes: new Map([[0, 10]]) });
  expect(await lags()).toEqual([[0, 2]]);
  sizes.set(0, 13).set(4, 1);
  expect(await lags()).toEqual([
    [0, 5],
    [4, 1],
  ]);
  lane.tell(undefined);
  expect(await lags()).toEqual([]);
});
