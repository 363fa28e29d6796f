import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KafkaBroker, startKafkaBroker } from '../support/kafka-broker.ts';
import { killNine } from './kill-nine.ts';

const KILLS = 50;
const PRODUCERS = 4;
const LONG_MS = 15 * 60_000;

describe('the service killed with -9 at random moments, on the embedded log', () => {
  it(
    'has every acknowledged event once, dense and whole, and opens every alert once',
    async () => {
      const report = await killNine({
        kills: KILLS,
        producers: PRODUCERS,
        seed: 1,
        environment: {},
      });
      console.log(`embedded: ${summary(report)}`);
      expect(report.acknowledged).toBeGreaterThan(KILLS);
      expect(report.alerts).toBeGreaterThan(0);
    },
    LONG_MS,
  );
});

describe('the service killed with -9 at random moments, on Kafka', () => {
  let broker: KafkaBroker | string = 'not started';

  beforeAll(async () => {
    broker = await startKafkaBroker();
  });

  afterAll(async () => {
    if (typeof broker !== 'string') await broker.stop();
  });

  it(
    'has every acknowledged event once, dense and whole, and opens every alert once',
    async (context) => {
      if (typeof broker === 'string') return context.skip(broker);
      if (broker.kind === 'mock') {
        const why = 'its groups and single-batch fetches do not keep up with so many kills';
        return context.skip(`needs the real broker, not librdkafka's mock cluster: ${why}`);
      }
      const report = await killNine({
        kills: KILLS,
        producers: PRODUCERS,
        seed: 2,
        // A killed member of a consumer group holds its partitions for its session of six seconds.
        longLife: { every: 5, milliseconds: 8_000 },
        environment: { PROVOST_KAFKA_BROKERS: broker.brokers.join(','), PROVOST_PARTITIONS: '3' },
      });
      console.log(`Kafka: ${summary(report)}`);
      expect(report.acknowledged).toBeGreaterThan(KILLS);
      expect(report.alerts).toBeGreaterThan(0);
    },
    LONG_MS,
  );
});

function summary(report: Awaited<ReturnType<typeof killNine>>): string {
  const seconds = (Math.max(...report.recoveries) / 1000).toFixed(1);
  return `${report.acknowledged} acknowledged, ${report.entries} entries, ${report.alerts} alerts, slowest start ${seconds} s`;
}
