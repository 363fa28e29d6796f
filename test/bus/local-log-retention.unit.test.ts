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

test('never deletes what a group has not read, however much there is', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem, SMALL);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1, retentionBytes: 1 }]);
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
