import { expect, test } from 'vitest';
import { acknowledgedShards } from '../../../consumers/detect/acknowledged-shards.ts';
import { TOPICS } from '../../../services/core/topics.ts';

type Lags = Readonly<Record<string, readonly number[]>>;

/** Looks at shards 0 to 2, each with ten entries more than its number. */
function look(lags: Lags, asked: string[] = []) {
  return acknowledgedShards(
    {
      bus: {
        lag: async (topic, group) => {
          asked.push(`${topic} ${group}`);
          return (lags[topic] ?? []).map((lag, partition) => ({
            partition,
            acknowledged: 0n,
            end: BigInt(lag),
            lag: BigInt(lag),
          }));
        },
      },
      ledger: {
        size: async (shard) => {
          asked.push(`size ${shard}`);
          return 10 + shard;
        },
      },
      intake: { topic: TOPICS.events, group: 'ledger' },
      group: 'detect',
    },
    [0, 1, 2],
  );
}

test('is not a shard with something on its way to the ledger, or from it to the group', async () => {
  const found = await look({ [TOPICS.events]: [0, 1, 0], [TOPICS.ledger]: [0, 0, 4] });
  expect([...found]).toEqual([[0, 10]]);
});

test('reads the sizes before what waits, and what waits for the ledger before what waits for the group', async () => {
  const asked: string[] = [];
  await look({}, asked);
  expect(asked).toEqual([
    'size 0',
    'size 1',
    'size 2',
    `${TOPICS.events} ledger`,
    `${TOPICS.ledger} detect`,
  ]);
});
