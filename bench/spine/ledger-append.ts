import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalLogBus } from '../../services/bus/local-log/local-log-bus.ts';
import { utf8 } from '../../services/core/bytes.ts';
import { canonicalJson } from '../../services/core/json/canonical-json.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { TOPICS } from '../../services/core/topics.ts';
import { connectClickHouse } from '../../services/ledger/clickhouse/connect.ts';
import {
  deriveColumns,
  ENTRIES as ENTRY_TABLE,
  writeEntryRow,
} from '../../services/ledger/clickhouse/entry-rows.ts';
import { migrate } from '../../services/ledger/clickhouse/migrate.ts';
import { createRowBuffer } from '../../services/ledger/clickhouse/row-buffer.ts';
import { unmeasured } from '../../services/ledger/ledger-metrics.ts';
import { openShardWriter } from '../../services/ledger/shard-writer.ts';
import { type Measure, ratioMeasure, valueMeasure } from '../measure.ts';
import { sampleAccepted } from './sample-events.ts';

const ENTRIES = 50_000;
/** Rows of one raw insert: about what the writer's groups grow to under this load. */
const RAW_ROWS = 5_000;
const ORIGIN = 'bench.example.org/ledger';
/** What other logs reach on a machine of this size, with entries of 0.9 kB (docs/benchmarks.md names the runs). */
const PEERS = { tessera: 44_000, immudb100: 46_000, immudb1000: 66_000 };

/** Append (canonicalise, hash, tree, sign, insert, publish) against a raw insert of the same rows into the same table. */
export async function* benchLedgerAppend(): AsyncIterable<Measure> {
  const directory = mkdtempSync(join(tmpdir(), 'provost-bench-'));
  const clickHouse = await connectClickHouse({
    kind: 'embedded',
    directory: join(directory, 'engine'),
    database: 'provost',
  });
  const bus = await createLocalLogBus({ directory: join(directory, 'log'), clock: Date });
  try {
    await migrate(clickHouse, {});
    await bus.ensureTopics([{ topic: TOPICS.ledger, partitions: 1 }]);
    const receivedtime = new Date().toISOString();
    const rawRows = Array.from({ length: ENTRIES / RAW_ROWS }, (_, group) =>
      rawInsertBody(group * RAW_ROWS, receivedtime),
    );
    const raw: number[] = [];
    const rates = new Map<number, number[]>();
    let shard = 0;
    // Raw and appended in turn, so that a drift of the machine meets both.
    for (let round = 0; round < 3; round += 1) {
      raw.push(
        await timed(async () => {
          for (const rows of rawRows) await clickHouse.insert(ENTRY_TABLE, rows);
        }),
      );
      for (const batch of [100, 1000]) {
        const signer = createNoteSigner(
          `${ORIGIN}/${shard}`,
          generateKeyPairSync('ed25519').privateKey,
        );
        const writer = await openShardWriter({
          clickHouse,
          shard,
          signer,
          origin: ORIGIN,
          clock: Date,
          metrics: unmeasured,
        });
        shard += 1;
        const events = Array.from({ length: ENTRIES }, (_, n) =>
          sampleAccepted(n, `a${round}-${batch}`, receivedtime),
        );
        const rate = await timed(async () => {
          const work: Promise<void>[] = [];
          for (let at = 0; at < ENTRIES; at += batch) {
            work.push(
              writer.append(events.slice(at, at + batch)).then(async ({ entries }) => {
                await bus.publish(
                  TOPICS.ledger,
                  entries.map((entry) => ({
                    key: entry.event.project,
                    value: entry.leaf,
                    partition: 0,
                  })),
                );
              }),
            );
          }
          await Promise.all(work);
        });
        rates.set(batch, [...(rates.get(batch) ?? []), rate]);
      }
    }
    const median = (values: readonly number[]) =>
      [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
    const at100 = median(rates.get(100) ?? []);
    const at1000 = median(rates.get(1000) ?? []);
    yield ratioMeasure(
      'ledger append, batches of 100, to raw insert',
      at100,
      'entries/s',
      median(raw),
      { atLeast: 0.8 },
    );
    yield ratioMeasure(
      'ledger append, batches of 1000, to raw insert',
      at1000,
      'entries/s',
      median(raw),
      { atLeast: 0.8 },
    );
    yield valueMeasure(
      'ledger append, batches of 100, ahead of Tessera',
      at100,
      'entries/s',
      { atLeast: PEERS.tessera },
      PEERS.tessera,
    );
    yield valueMeasure(
      'ledger append, batches of 100, level with immudb',
      at100,
      'entries/s',
      { atLeast: PEERS.immudb100 },
      PEERS.immudb100,
    );
    yield valueMeasure(
      'ledger append, batches of 1000, level with immudb',
      at1000,
      'entries/s',
      { atLeast: PEERS.immudb1000 },
      PEERS.immudb1000,
    );
  } finally {
    await bus.close();
    await clickHouse.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The body of one raw insert, encoded before the clock runs. */
function rawInsertBody(first: number, receivedtime: string): Uint8Array {
  const rows = createRowBuffer();
  for (let n = first; n < first + RAW_ROWS; n += 1) {
    const event = sampleAccepted(n, 'raw', receivedtime);
    const text = canonicalJson(event as unknown as JsonValue);
    writeEntryRow(rows, { shard: 99, index: n }, { text, bytes: utf8(text) }, deriveColumns(event));
  }
  return rows.bytes();
}

/** Entries a second of work over {@link ENTRIES}. */
async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (1000 * ENTRIES) / (performance.now() - started);
}
