import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { collect } from '../contracts/ledger/iterate.ts';
import { digestOf, pushed, sample } from '../fakes/sample-events.ts';
import { type CrashPoint, createFaultyClickHouse } from '../support/faulty-click-house.ts';
import { createDirectory, openStore, type StoreFixture } from './ledger-fixture.ts';

const STEPS = ['blobs', 'entries', 'tiles', 'checkpoints'] as const;
const PERSISTED = ['nothing', 'half', 'everything'] as const;

const directory = createDirectory();
let store: StoreFixture;
let uninterrupted: Uint8Array | undefined;
let shard = 0;

beforeAll(async () => {
  store = await openStore({ kind: 'embedded', directory: directory.path, database: 'crash' });
  const writer = await store.openWriter(shard);
  for (const batch of batches()) await writer.append(batch);
  uninterrupted = (await store.ledger.latestCheckpoint(shard))?.root;
});
afterAll(async () => {
  await store.close();
  directory.remove();
});

describe('the commit protocol', () => {
  for (const table of STEPS) {
    for (const persisted of PERSISTED) {
      for (const nth of [0, 1]) {
        it(`survives a crash at the insert of ${table} number ${nth}, ${persisted} persisted`, async () => {
          await survive({ table, nth, persisted });
        });
      }
    }
  }

  it('survives a crash in every attempt to recover from a crash', async () => {
    shard++;
    const points: readonly CrashPoint[] = [
      { table: 'entries', nth: 0, persisted: 'half' },
      { table: 'entries', nth: 0, persisted: 'half' },
      { table: 'entries', nth: 0, persisted: 'everything' },
      { table: 'tiles', nth: 0, persisted: 'nothing' },
      { table: 'tiles', nth: 0, persisted: 'half' },
      { table: 'checkpoints', nth: 0, persisted: 'nothing' },
    ];
    for (const point of points) await expect(attempt(point)).rejects.toBeDefined();
    await finish();
  });
});

/** Dies at the point, opens the shard again, and appends everything once more, as the bus would. */
async function survive(point: CrashPoint): Promise<void> {
  shard++;
  await expect(attempt(point)).rejects.toMatchObject({ code: 'ledger.unavailable' });
  await finish();
}

async function attempt(point: CrashPoint): Promise<void> {
  const faulty = createFaultyClickHouse(store.clickHouse, point);
  const writer = await store.openWriterOn(faulty, shard);
  const recovered = faulty.inserts();
  const [first = [], ...others] = batches();
  const firstAppend = writer.append(first);
  let answered = false;
  const answer = () => {
    answered = true;
  };
  firstAppend.then(answer, answer);
  // The first batch is a group of its own, on its way while the others become the next one.
  while (faulty.inserts() === recovered && !answered)
    await new Promise((resolve) => setImmediate(resolve));
  const appends = [firstAppend, ...others.map((batch) => writer.append(batch))];
  const settled = await Promise.allSettled(appends);
  const firstFailure = settled.findIndex((one) => one.status === 'rejected');
  if (firstFailure >= 0) {
    // Nothing after a batch that was not acknowledged is acknowledged.
    expect(settled.slice(firstFailure).every((one) => one.status === 'rejected')).toBe(true);
    await expect(writer.append([])).rejects.toMatchObject({ code: 'ledger.unavailable' });
  }
  await Promise.all(appends);
}

async function finish(): Promise<void> {
  const writer = await store.openWriter(shard);
  const results = await Promise.all(batches().map((batch) => writer.append(batch)));
  const indexes = results.flatMap((result) => [
    ...result.duplicates.map((found) => found.index),
    ...result.entries.map((entry) => entry.index),
  ]);
  const total = batches().flat().length;
  expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));
  expect(await store.ledger.size(shard)).toBe(total);
  const checkpoint = await store.ledger.latestCheckpoint(shard);
  expect(checkpoint?.size).toBe(total);
  expect(checkpoint?.root).toEqual(uninterrupted);
  const checked = await collect(store.ledger.fsck({ shard }));
  expect(checked.filter((event) => event.kind === 'problem')).toEqual([]);
  expect(checked.at(-1)).toMatchObject({ entries: total, tiles: 2, problems: 0 });
}

/** Two groups' worth of batches, each with a body that is too large for a leaf, across two tile borders. */
function batches(): readonly (readonly ProvostEvent[])[] {
  return [0, 1, 2, 3].map((batch) => [
    ...Array.from({ length: 149 }, (_, n) => pushed({ id: `b${batch}e${n}` })),
    sample(
      'artifact.inspected',
      { id: `b${batch}large` },
      {
        repository: 'lab/tool',
        digest: digestOf('large'),
        history: Array.from({ length: 20 }, (_, n) => `${batch}/${n} ${'x'.repeat(4000)}`),
      },
    ),
  ]);
}
