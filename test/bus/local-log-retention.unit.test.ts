import { expect, test, vi } from 'vitest';
import { createMemoryLogFileSystem } from '../fakes/memory-log-file-system.ts';
import { openBus, publishAll, readAll, TOPIC, textOf } from './local-log-fixture.ts';

const SMALL = { segmentBytes: 60, cacheBytes: 1 };
const TEXTS = Array.from({ length: 10 }, (_, index) => `record ${index}`);

test('deletes whole old segments once every group has acknowledged them', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem, SMALL);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1, retentionBytes: 168 }]);
  await publishAll(bus, TEXTS);
  await readAll(bus, 'quick');
  await vi.waitFor(async () =>
    expect((await fileSystem.list(`/log/topics/${TOPIC}/0`)).length).toBe(3),
  );
  expect((await readAll(bus, 'late')).map(textOf)).toEqual(TEXTS.slice(-3));
  await bus.close();
});

test.each([
  ['where nobody names groups', {}],
  ['also where only others are named', { groups: ['quick'] }],
])('never deletes what a present group has not read, %s', async (_name, named) => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem, SMALL);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1, retentionBytes: 1, ...named }]);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const slow: string[] = [];
  await bus.subscribe({
    topic: TOPIC,
    group: 'slow',
    from: 'earliest',
    maxBatchRecords: 1,
    handler: async ({ records }) => {
      slow.push(...records.map(textOf));
      if (slow.length === 4) await held;
    },
    onFatal: (error) => {
      throw error;
    },
  });
  await publishAll(bus, TEXTS);
  await readAll(bus, 'quick');
  await vi.waitFor(() => expect(slow).toHaveLength(4));
  await vi.waitFor(async () =>
    expect((await fileSystem.list(`/log/topics/${TOPIC}/0`)).length).toBe(7),
  );
  letGo();
  await vi.waitFor(() => expect(slow).toEqual(TEXTS));
  await vi.waitFor(async () =>
    expect((await fileSystem.list(`/log/topics/${TOPIC}/0`)).length).toBe(1),
  );
  await bus.close();
});

test('a group that nobody names any more holds nothing back, and goes on at what is left', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const before = await openBus(fileSystem, SMALL);
  const spec = { topic: TOPIC, partitions: 1, retentionBytes: 1 };
  await before.ensureTopics([spec]);
  await publishAll(before, TEXTS.slice(0, 1));
  await readAll(before, 'former');
  await before.close();
  const bus = await openBus(fileSystem, SMALL);
  await bus.ensureTopics([{ ...spec, groups: ['present'] }]);
  await publishAll(bus, TEXTS.slice(1));
  await readAll(bus, 'present');
  const segments = async () => (await fileSystem.list(`/log/topics/${TOPIC}/0`)).length;
  await vi.waitFor(async () => expect(await segments()).toBe(1));
  expect(await bus.lag(TOPIC, 'former')).toMatchObject([{ acknowledged: 9n, lag: 1n }]);
  expect((await readAll(bus, 'former')).map(textOf)).toEqual(TEXTS.slice(-1));
  await bus.close();
});

test('a group that is named holds back what it has not read, also before it first subscribes', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem, SMALL);
  const groups = ['present', 'later'];
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1, retentionBytes: 1, groups }]);
  await publishAll(bus, TEXTS);
  await readAll(bus, 'present');
  expect((await readAll(bus, 'later')).map(textOf)).toEqual(TEXTS);
  await bus.close();
});

test('deletes nothing while there is no group, nor without a limit', async () => {
  for (const retention of [{ retentionBytes: 1 }, {}]) {
    const fileSystem = createMemoryLogFileSystem();
    const bus = await openBus(fileSystem, SMALL);
    await bus.ensureTopics([{ topic: TOPIC, partitions: 1, ...retention }]);
    await publishAll(bus, TEXTS);
    if (!('retentionBytes' in retention)) await readAll(bus, 'group');
    expect((await fileSystem.list(`/log/topics/${TOPIC}/0`)).length).toBe(10);
    await bus.close();
  }
});
