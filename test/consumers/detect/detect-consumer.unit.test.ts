import { expect, test } from 'vitest';
import { builtReleases } from '../../../detectors/examples/story.ts';
import { VIEW_FORMAT } from '../../../detectors/view/evolve.ts';
import { VIEWS_SNAPSHOT } from '../../../detectors/view/snapshot.ts';
import { FatalError } from '../../../services/core/errors.ts';
import { validateAcceptedEvent } from '../../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../../services/core/json/json-value.ts';
import { createDetectWorld } from './detect-world.ts';

const attack = () => builtReleases().days(1).push('1.3.0', 'foreign', 'stranger').events();

async function world() {
  return await createDetectWorld(attack());
}

test('raises what the detectors find as complete events, before the batch is acknowledged', async () => {
  const { start, entries, published, counted } = await world();
  const consumer = await start();
  await consumer.deliver(entries);
  expect(published.map(({ type, project, trust }) => [type, project, trust])).toEqual(
    Array.from({ length: 3 }, () => ['finding.raised', 'lab', 'authenticated']),
  );
  for (const event of published) {
    const outcome = validateAcceptedEvent(event as unknown as JsonValue);
    expect(outcome.ok ? '' : outcome.problem.message).toBe('');
    if (event.type === 'finding.raised') {
      expect(event.id).toBe(`finding:${event.data.finding.findingId}`);
      expect(event.receivedtime).toBe(entries.at(-1)?.event.receivedtime);
    }
  }
  expect(counted.sort()).toEqual([
    'provenance-gap page',
    'publisher-new page',
    'tag-mutation page',
  ]);
});

test('after a crash the batch comes again, and the same bytes are published', async () => {
  const { start, entries, published } = await world();
  await (await start()).deliver(entries);
  const before = published.splice(0).map((event) => JSON.stringify(event));
  await (await start()).deliver(entries.slice(10));
  expect(published.map((event) => JSON.stringify(event))).toEqual(before);
});

test('a publish that fails fails the batch, and the next attempt publishes the findings once', async () => {
  const { start, entries, published, failPublishes } = await world();
  const consumer = await start();
  failPublishes(1);
  await expect(consumer.deliver(entries)).rejects.toThrow('the bus is away');
  expect(published).toEqual([]);
  await consumer.deliver(entries);
  await consumer.deliver(entries);
  expect(published).toHaveLength(3);
});

test('entries that were acknowledged are folded without being raised again', async () => {
  const told = builtReleases().days(1).push('1.3.0', 'foreign', 'stranger');
  const { start, entries, published } = await createDetectWorld(
    told.days(1).push('1.4.0', 'worse', 'stranger').events(),
  );
  await (await start()).deliver(entries.slice(-1));
  const about = published.map((event) => event.subject);
  expect(about).toContain('tag:lab/tool:1.4.0');
  expect(about).not.toContain('tag:lab/tool:1.3.0');
});

test('a stop saves the views, and the next start reads them instead of the ledger', async () => {
  const { start, entries, published, scanned, ledger } = await world();
  const first = await start();
  await first.deliver(entries.slice(0, -1));
  await first.stop();
  const snapshot = await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT);
  expect(snapshot?.nextIndex).toBe(entries.length - 1);
  scanned.splice(0);
  await (await start()).deliver(entries.slice(-1));
  expect(scanned).toEqual([[entries.length - 1, entries.length - 1]]);
  expect(published).toHaveLength(3);
});

test('a revoked partition is left with a snapshot, and taken up again', async () => {
  const { start, entries, published, ledger } = await world();
  const consumer = await start();
  await consumer.deliver(entries.slice(0, 20));
  await consumer.revoke();
  expect((await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT))?.nextIndex).toBe(20);
  await consumer.deliver(entries.slice(20));
  expect(published).toHaveLength(3);
});

test('no snapshot is saved while a finding is not published', async () => {
  const { start, entries, ledger, failPublishes } = await world();
  const consumer = await start();
  failPublishes(1);
  await expect(consumer.deliver(entries)).rejects.toThrow();
  await consumer.stop();
  expect(await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT)).toBeUndefined();
});

test('a snapshot is saved after some minutes of work', async () => {
  const { start, entries, ledger, time } = await world();
  const consumer = await start();
  await consumer.deliver(entries.slice(0, 5));
  expect(await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT)).toBeUndefined();
  time.now += 5 * 60_000;
  await consumer.deliver(entries.slice(5, 6));
  expect((await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT))?.nextIndex).toBe(6);
});

test('a snapshot that does not read is as good as none', async () => {
  const { start, entries, published, ledger } = await world();
  const owner = { consumer: VIEWS_SNAPSHOT, shard: 0, format: VIEW_FORMAT };
  const nextIndex = entries.length - 1;
  const state = Buffer.from('{"format":');
  await ledger.saveSnapshotParts(owner, [{ name: 'lab', nextIndex, state }]);
  await ledger.saveSnapshot({ ...owner, nextIndex, state: new Uint8Array() });
  await (await start()).deliver(entries.slice(-1));
  expect(published).toHaveLength(3);
});

test('a snapshot that cannot be saved is only a warning', async () => {
  const { start, entries, ledger, warnings, published } = await world();
  const consumer = await start({
    ledger: {
      ...ledger,
      saveSnapshotParts: async () => {
        throw new Error('away');
      },
    },
  });
  await consumer.deliver(entries);
  await consumer.stop();
  expect(warnings).toHaveLength(1);
  expect(published).toHaveLength(3);
  expect(await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT)).toBeUndefined();
});

test('what could not be saved is saved with the next snapshot', async () => {
  const { start, entries, ledger, time, published, warnings } = await world();
  let failures = 1;
  const consumer = await start({
    ledger: {
      ...ledger,
      saveSnapshotParts: async (owner, parts) => {
        failures -= 1;
        if (failures === 0) throw new Error('away');
        await ledger.saveSnapshotParts(owner, parts);
      },
    },
  });
  await consumer.deliver(entries.slice(0, -2));
  time.now += 5 * 60_000;
  await consumer.deliver(entries.slice(-2, -1));
  expect(warnings).toHaveLength(1);
  await consumer.stop();
  expect((await ledger.latestSnapshot(VIEWS_SNAPSHOT, 0, VIEW_FORMAT))?.nextIndex).toBe(
    entries.length - 1,
  );
  await (await start()).deliver(entries.slice(-1));
  expect(published).toHaveLength(3);
});

test('entries that the topic skips are read from the ledger and judged', async () => {
  const told = builtReleases().days(1).push('1.3.0', 'foreign', 'stranger');
  const { start, entries, published } = await createDetectWorld(told.push([], 'last').events());
  const consumer = await start();
  await consumer.deliver(entries.slice(0, 10));
  await consumer.deliver(entries.slice(-1));
  expect(published).toHaveLength(3);
});

test('a view for each project: what is usual in one is not usual in the other', async () => {
  const { start, entries, published } = await createDetectWorld(
    ['lab', 'climate'].flatMap((project) =>
      builtReleases(`${project}/tool`)
        .days(1)
        .push('1.3.0', 'foreign', 'stranger')
        .events()
        .map((event) => ({ ...event, id: `${project}-${event.id}` })),
    ),
  );
  await (await start()).deliver(entries);
  expect(published.map(({ project }) => project).sort()).toEqual([
    ...Array.from({ length: 3 }, () => 'climate'),
    ...Array.from({ length: 3 }, () => 'lab'),
  ]);
});

test('a record that the ledger cannot have written stops the consumer', async () => {
  const { start, entries } = await world();
  const consumer = await start();
  const first = entries[0];
  if (first === undefined) throw new Error('no entry');
  await expect(
    consumer.deliver([{ ...first, event: { ...first.event, project: '' } }]),
  ).rejects.toBeInstanceOf(FatalError);
});
