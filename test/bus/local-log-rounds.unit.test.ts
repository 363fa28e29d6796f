import { expect, test } from 'vitest';
import { createMemoryLogFileSystem } from '../fakes/memory-log-file-system.ts';
import { openBus, publishAll, readAll, TOPIC, textOf } from './local-log-fixture.ts';

test('shares a write and a sync among the publishes of one moment', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  const operations: string[] = [];
  fileSystem.hook = ({ name }) => {
    operations.push(name);
    return undefined;
  };
  await Promise.all(Array.from({ length: 100 }, (_, index) => publishAll(bus, [`${index}`])));
  expect(operations).toEqual(['write', 'sync']);
  await bus.close();
});

test('lets what is published during a sync share the next one', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  let syncs = 0;
  const later: Promise<void>[] = [];
  fileSystem.hook = ({ name }) => {
    if (name === 'sync') syncs += 1;
    if (name === 'sync' && syncs === 1) {
      for (let index = 0; index < 50; index += 1) later.push(publishAll(bus, [`${index}`]));
    }
    return undefined;
  };
  await publishAll(bus, ['first']);
  await Promise.all(later);
  expect(syncs).toBe(2);
  fileSystem.hook = () => undefined;
  const records = await readAll(bus, 'group');
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, index) => BigInt(index)));
  expect(records.map(textOf)).toEqual(['first', ...later.map((_, index) => `${index}`)]);
  await bus.close();
});

test('writes all of a round when the file takes it in small pieces', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  fileSystem.hook = ({ name }) => (name === 'write' ? 3 : undefined);
  await publishAll(bus, ['a', 'b']);
  fileSystem.hook = () => undefined;
  await bus.close();
  expect(await (await openBus(fileSystem)).lag(TOPIC, 'nobody')).toMatchObject([{ end: 2n }]);
});

test('reads nothing from the files for a consumer that keeps up', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  let reads = 0;
  fileSystem.hook = ({ name }) => {
    if (name === 'read') reads += 1;
    return undefined;
  };
  const seen: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const options = {
      topic: TOPIC,
      group: 'group',
      from: 'earliest' as const,
      handler: async ({ records }: { readonly records: readonly { value: Uint8Array }[] }) => {
        seen.push(...records.map(textOf));
        if (seen.length === 200) resolve();
      },
      onFatal: reject,
    };
    bus
      .subscribe(options)
      .then(() =>
        publishAll(
          bus,
          Array.from({ length: 200 }, (_, index) => `${index}`),
        ),
      )
      .catch(reject);
  });
  expect(reads).toBe(0);
  await bus.close();
});
