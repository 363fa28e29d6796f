import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import type { Bus } from '../../services/bus/bus.ts';
import { createLocalLogBus } from '../../services/bus/local-log/local-log-bus.ts';
import { utf8 } from '../../services/core/bytes.ts';
import { canonicalJson } from '../../services/core/json/canonical-json.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { ClickHouse } from '../../services/ledger/clickhouse/click-house.ts';
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

const ROUNDS = 3;
const APPENDED = 50_000;
/** Events whose append is under way at the same time, as a busy consumer has them. */
const IN_FLIGHT = 10_000;
/** Batches of the raw inserts; the largest is about what the writer's commits grow to. */
const RAW = [
  { batch: 100, rows: 5_000 },
  { batch: 1000, rows: 20_000 },
  { batch: 5000, rows: 50_000 },
] as const;
const ORIGIN = 'bench.example.org/ledger';
/** What other logs reach on a machine of this size, with entries of 0.9 kB (docs/benchmarks.md). */
const PEERS = { tessera: 44_000, immudb100: 46_000, immudb1000: 66_000 };

type Parts = { readonly clickHouse: ClickHouse; readonly bus: Bus; readonly receivedtime: string };

/** Append (canonicalise, hash, tree, sign, insert, publish) against raw inserts of the same rows into the same table. */
export async function* benchLedgerAppend(): AsyncIterable<Measure> {
  const directory = mkdtempSync(join(tmpdir(), 'provost-bench-'));
  const engine = join(directory, 'engine');
  const clickHouse = await connectClickHouse({
    kind: 'embedded',
    directory: engine,
    database: 'provost',
  });
  const bus = await createLocalLogBus({ directory: join(directory, 'log'), clock: Date });
  try {
    await migrate(clickHouse, {});
    await bus.ensureTopics([{ topic: TOPICS.ledger, partitions: 1 }]);
    const parts = { clickHouse, bus, receivedtime: new Date().toISOString() };
    const rates = new Map<string, number[]>();
    const note = (name: string, rate: number) =>
      rates.set(name, [...(rates.get(name) ?? []), rate]);
    // Raw and appended in turn, so that a drift of the machine meets both.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { batch, rows } of RAW) note(`raw ${batch}`, await insertRaw(parts, batch, rows));
      for (const [turn, batch] of [100, 1000].entries()) {
        note(`append ${batch}`, await append(parts, 2 * round + turn, batch));
      }
    }
    const rateOf = (name: string) => median(rates.get(name) ?? []);
    for (const batch of [100, 1000]) {
      const rate = rateOf(`append ${batch}`);
      const name = `ledger append, batches of ${batch}`;
      yield ratioMeasure(
        `${name}, to raw inserts of ${batch}`,
        rate,
        'entries/s',
        rateOf(`raw ${batch}`),
        { atLeast: 0.8 },
      );
      yield ratioMeasure(`${name}, to raw inserts of 5000`, rate, 'entries/s', rateOf('raw 5000'), {
        atLeast: 0.8,
      });
    }
    const at100 = rateOf('append 100');
    const at1000 = rateOf('append 1000');
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

/** Rows a second of inserts one after the other; the rows are encoded before the clock runs. */
async function insertRaw(
  { clickHouse, receivedtime }: Parts,
  batch: number,
  count: number,
): Promise<number> {
  const bodies = Array.from({ length: count / batch }, (_, n) =>
    encodeRows(n * batch, batch, receivedtime),
  );
  return rate(count, async () => {
    for (const rows of bodies) await clickHouse.insert(ENTRY_TABLE, rows);
  });
}

function encodeRows(first: number, count: number, receivedtime: string): Uint8Array {
  const rows = createRowBuffer();
  for (let n = first; n < first + count; n += 1) {
    const event = sampleAccepted(n, 'raw', receivedtime);
    const text = canonicalJson(event as unknown as JsonValue);
    writeEntryRow(rows, { shard: 99, index: n }, { text, bytes: utf8(text) }, deriveColumns(event));
  }
  return rows.bytes();
}

/** Entries a second of appends with {@link IN_FLIGHT} events under way, each published when it is committed. */
async function append(
  { clickHouse, bus, receivedtime }: Parts,
  shard: number,
  batch: number,
): Promise<number> {
  const signer = createNoteSigner(`${ORIGIN}/${shard}`, generateKeyPairSync('ed25519').privateKey);
  const writer = await openShardWriter({
    clickHouse,
    shard,
    signer,
    verifierKeys: [signer.verifierKey],
    origin: ORIGIN,
    clock: Date,
    metrics: unmeasured,
  });
  const events = Array.from({ length: APPENDED }, (_, n) =>
    sampleAccepted(n, `append-${shard}`, receivedtime),
  );
  return rate(APPENDED, async () => {
    let next = 0;
    const appendOn = async () => {
      for (let at = next; at < APPENDED; at = next) {
        next += batch;
        const { entries } = await writer.append(events.slice(at, at + batch));
        const records = entries.map(({ event, leaf }) => ({
          key: event.project,
          value: leaf,
          partition: 0,
        }));
        await bus.publish(TOPICS.ledger, records);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT / batch }, appendOn));
  });
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (1000 * count) / (performance.now() - started);
}
