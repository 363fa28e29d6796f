import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LanePosition } from '../../consumers/detect/lane-lead.ts';
import type { Bus } from '../bus/bus.ts';
import { TOPICS } from '../core/topics.ts';
import type { LedgerMetrics } from '../ledger/ledger-metrics.ts';

/** A consumer group and the topic that it reads. */
export type GroupOfTopic = { readonly topic: string; readonly group: string };

export type ServiceMetrics = {
  readonly registry: Registry;
  readonly ledger: LedgerMetrics;
  readonly finding: (rule: string, disposition: string) => void;
  /** Where the second lane stands; undefined where this process does not run it. */
  readonly laneWaiting: (position: LanePosition | undefined) => void;
  readonly laneLate: (count: number) => void;
  readonly delivery: (channel: string, outcome: 'delivered' | 'failed') => void;
};

/** How the second lane is called among the groups. */
export const LANE = 'provost-lane';
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const ROWS = [1, 10, 100, 500, 1000, 2500, 5000, 10_000];

/** The process's metrics registry, with what the consumers count bound to Prometheus metrics. */
export function createServiceMetrics(
  bus: Pick<Bus, 'lag'>,
  groups: readonly GroupOfTopic[],
): ServiceMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, labelNames: ['shard'], buckets, registers });
  const entries = counter('provost_ledger_entries_total', 'Entries committed to the ledger', [
    'shard',
  ]);
  const duplicates = counter(
    'provost_ledger_duplicates_total',
    'Events dropped because the ledger has them',
    ['shard'],
  );
  const rejected = counter(
    'provost_ledger_rejected_total',
    'Events that the ledger refused, e.g. an id used again for another body',
    ['shard'],
  );
  const deadLetters = counter(
    'provost_dead_letters_total',
    'Records that did not parse and wait on the dead-letter topic',
    ['shard'],
  );
  const batch = histogram('provost_ledger_batch_entries', 'Entries of one commit', ROWS);
  const insert = histogram(
    'provost_ledger_insert_seconds',
    'Time of the inserts of one commit',
    SECONDS,
  );
  const checkpoint = histogram(
    'provost_ledger_checkpoint_seconds',
    'Time to verify, sign and store a checkpoint',
    SECONDS,
  );
  const findings = counter('provost_findings_total', 'Findings raised, by rule and disposition', [
    'rule',
    'disposition',
  ]);
  const deliveries = counter(
    'provost_notifications_total',
    'Notifications that ended, by channel and outcome',
    ['channel', 'outcome'],
  );
  const late = counter(
    'provost_lane_late_entries_total',
    'Entries that reached the second lane after later ones had been judged',
    [],
  );
  let lane: LanePosition | undefined;
  new Gauge({
    name: 'provost_consumer_lag_records',
    help: 'Records that wait for a consumer group',
    labelNames: ['topic', 'group', 'partition'],
    registers,
    async collect() {
      this.reset();
      for (const { topic, group } of groups) {
        for (const { partition, lag } of await bus.lag(topic, group))
          this.set({ topic, group, partition }, Number(lag));
      }
      // The lane reads the ledger and not the topic: an entry waits for it until it is judged.
      for (const [partition, waiting] of lane?.waiting ?? [])
        this.set({ topic: TOPICS.ledger, group: LANE, partition }, waiting);
    },
  });
  return {
    registry,
    ledger: {
      accepted: (shard, count) => entries.inc({ shard }, count),
      duplicates: (shard, count) => duplicates.inc({ shard }, count),
      rejected: (shard, count) => rejected.inc({ shard }, count),
      deadLetters: (shard, count) => deadLetters.inc({ shard }, count),
      batchSize: (shard, rows) => batch.observe({ shard }, rows),
      insertSeconds: (shard, seconds) => insert.observe({ shard }, seconds),
      checkpointSeconds: (shard, seconds) => checkpoint.observe({ shard }, seconds),
    },
    finding: (rule, disposition) => findings.inc({ rule, disposition }),
    laneWaiting: (position) => {
      lane = position;
    },
    laneLate: (count) => late.inc(count),
    delivery: (channel, outcome) => deliveries.inc({ channel, outcome }),
  };
}
