import { expect, test } from 'vitest';
import { createServiceMetrics } from '../../services/runtime/create-metrics.ts';

const lagOf = (partition: number, lag: bigint) => ({
  partition,
  acknowledged: 10n,
  end: 10n + lag,
  lag,
});

/** The lines of the lag, without what the registry says of the process. */
async function lagLines(metrics: ReturnType<typeof createServiceMetrics>) {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('provost_consumer_lag_records{'));
}

test('what waits for a consumer group is told by partition', async () => {
  const bus = { lag: async () => [lagOf(0, 0n), lagOf(1, 7n)] };
  const metrics = createServiceMetrics(bus, [{ topic: 'provost.ledger', group: 'provost-detect' }]);
  expect(await lagLines(metrics)).toEqual([
    'provost_consumer_lag_records{topic="provost.ledger",group="provost-detect",partition="0"} 0',
    'provost_consumer_lag_records{topic="provost.ledger",group="provost-detect",partition="1"} 7',
  ]);
});

test('entries that reached the second lane too late are counted', async () => {
  const metrics = createServiceMetrics({ lag: async () => [] }, []);
  metrics.laneLate(2);
  metrics.laneLate(1);
  expect(await metrics.registry.metrics()).toContain('\nprovost_lane_late_entries_total 3\n');
});

test('what waits for the second lane is told beside the groups, by the process that runs it', async () => {
  const metrics = createServiceMetrics({ lag: async () => [] }, []);
  expect(await lagLines(metrics)).toEqual([]);
  const waiting = new Map([
    [0, 0],
    [2, 41],
  ]);
  metrics.laneWaiting({ waiting, sizes: new Map() });
  expect(await lagLines(metrics)).toEqual([
    'provost_consumer_lag_records{topic="provost.ledger",group="provost-lane",partition="0"} 0',
    'provost_consumer_lag_records{topic="provost.ledger",group="provost-lane",partition="2"} 41',
  ]);
  metrics.laneWaiting(undefined);
  expect(await lagLines(metrics)).toEqual([]);
});
