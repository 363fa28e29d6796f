import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { startLedgerConsumer } from '../../consumers/ledger/ledger-consumer.ts';
import { createKafkaBus } from '../../services/bus/kafka/kafka-bus.ts';
import { utf8 } from '../../services/core/bytes.ts';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { TOPICS } from '../../services/core/topics.ts';
import { connectClickHouse } from '../../services/ledger/clickhouse/connect.ts';
import { migrate } from '../../services/ledger/clickhouse/migrate.ts';
import { unmeasured } from '../../services/ledger/ledger-metrics.ts';
import { startKafkaBroker } from '../../test/support/kafka-broker.ts';
import { type Measure, ratioMeasure } from '../measure.ts';
import { sampleAccepted } from './sample-events.ts';

const RECORDS = 50_000;
const PUBLISH = 1_000;
const ORIGIN = 'bench.example.org/ledger';
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Events a second from a Kafka topic into the signed ledger, against a bare kafkajs consumer of the same topic. */
export async function* benchKafkaToLedger(): AsyncIterable<Measure> {
  const broker = await startKafkaBroker();
  if (typeof broker === 'string' || broker.kind === 'mock') {
    const why = typeof broker === 'string' ? broker : 'a mock cluster says nothing about Kafka';
    process.stderr.write(`Kafka to ledger is not measured: ${why}\n`);
    if (typeof broker !== 'string') await broker.stop();
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'provost-bench-'));
  const bus = await createKafkaBus({ brokers: broker.brokers, clientId: 'bench', log: SILENT });
  const clickHouse = await connectClickHouse({ kind: 'embedded', directory, database: 'provost' });
  try {
    await migrate(clickHouse);
    await bus.ensureTopics(Object.values(TOPICS).map((topic) => ({ topic, partitions: 1 })));
    const receivedtime = new Date().toISOString();
    for (let at = 0; at < RECORDS; at += PUBLISH) {
      await bus.publish(
        TOPICS.events,
        Array.from({ length: PUBLISH }, (_, i) => {
          const event = sampleAccepted(at + i, 'kafka', receivedtime);
          return { key: event.project, value: utf8(JSON.stringify(event)) };
        }),
      );
    }
    const bare = await consumeBare(broker.brokers);
    const ledger = await consumeIntoLedger();
    yield ratioMeasure('Kafka to ledger, to a bare kafkajs consumer', ledger, 'events/s', bare, {
      atLeast: 0.5,
    });
  } finally {
    await bus.close();
    await clickHouse.close();
    await broker.stop();
    rmSync(directory, { recursive: true, force: true });
  }

  async function consumeIntoLedger(): Promise<number> {
    const { privateKey } = generateKeyPairSync('ed25519');
    let committed = 0;
    // From the first record in hand, as for the bare consumer: joining a group is not what is compared.
    let started = 0;
    const done = new Promise<void>((resolve, reject) => {
      const metrics = {
        ...unmeasured,
        batchSize: () => {
          if (started === 0) started = performance.now();
        },
        accepted: (_shard: number, entries: number) => {
          committed += entries;
          if (committed >= RECORDS) resolve();
        },
      };
      startLedgerConsumer({
        bus,
        clickHouse,
        signerFor: (shard) => createNoteSigner(`${ORIGIN}/${shard}`, privateKey),
        // The shards are new: there is no checkpoint yet.
        verifierKeys: [],
        origin: ORIGIN,
        clock: Date,
        log: SILENT,
        metrics,
        onFatal: reject,
      }).catch(reject);
    });
    await done;
    return (1000 * RECORDS) / (performance.now() - started);
  }
}

async function consumeBare(brokers: readonly string[]): Promise<number> {
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    clientId: 'bare',
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: 'bare' });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPICS.events, fromBeginning: true });
  let seen = 0;
  let started = 0;
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachBatch: async ({ batch }) => {
        if (started === 0) started = performance.now();
        seen += batch.messages.length;
        if (seen >= RECORDS) resolve();
      },
    });
  });
  const rate = (1000 * RECORDS) / (performance.now() - started);
  await consumer.disconnect();
  return rate;
}
