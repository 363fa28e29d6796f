import { expect, test } from 'vitest';
import { SILENT_BUS_LOG } from '../../services/bus/bus-log.ts';
import { type OffsetStore, openOffsetStore } from '../../services/bus/local-log/offset-store.ts';
import {
  createMemoryLogFileSystem,
  fileError,
  type MemoryLogFileSystem,
} from '../fakes/memory-log-file-system.ts';

const PATH = '/log/offsets.log';
const AT = { group: 'group', topic: 'topic', partition: 3 };

function open(fileSystem: MemoryLogFileSystem): Promise<OffsetStore> {
  const newSalt = () => 42;
  return openOffsetStore({
    fileSystem,
    directory: '/log',
    log: SILENT_BUS_LOG,
    newSalt,
    compactBytes: 500,
  });
}

test('keeps the file short however often a group acknowledges', async () => {
  const fileSystem = createMemoryLogFileSystem();
  let store = await open(fileSystem);
  let longest = 0;
  for (let next = 1n; next <= 200n; next += 1n) {
    await store.set(AT, next);
    longest = Math.max(longest, fileSystem.contents(PATH).byteLength);
  }
  await store.close();
  expect(longest).toBeLessThan(700);
  store = await open(fileSystem.afterPowerFailure(0));
  expect(store.get(AT)).toBe(200n);
});

test('does not rewrite the file again and again when it is long because there are many groups', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const store = await open(fileSystem);
  let rewrites = 0;
  fileSystem.hook = ({ name }) => {
    if (name === 'rename') rewrites += 1;
    return undefined;
  };
  for (let group = 0; group < 200; group += 1) await store.set({ ...AT, group: `g${group}` }, 1n);
  expect(rewrites).toBeLessThan(6);
  expect(store.groupsOf('topic', 3).size).toBe(200);
});

test('tells groups, topics and partitions apart', async () => {
  const fileSystem = createMemoryLogFileSystem();
  let store = await open(fileSystem);
  const places = [
    AT,
    { ...AT, group: 'other' },
    { ...AT, topic: 'topic.2' },
    { ...AT, partition: 1 },
  ];
  await Promise.all(places.map((place, index) => store.set(place, BigInt(index))));
  await store.close();
  store = await open(fileSystem);
  expect(places.map((place) => store.get(place))).toEqual([0n, 1n, 2n, 3n]);
  expect(store.get({ ...AT, group: 'nobody' })).toBeUndefined();
});

test('refuses a file with a damaged acknowledgement before good ones', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const store = await open(fileSystem);
  for (let next = 1n; next <= 3n; next += 1n) await store.set(AT, next);
  await store.close();
  const bytes = fileSystem.contents(PATH);
  bytes.writeUInt8(bytes.readUInt8(40) ^ 4, 40);
  fileSystem.replace(PATH, bytes);
  await expect(open(fileSystem)).rejects.toMatchObject({ code: 'bus.corrupt-record' });
});

test('has every promised acknowledgement after a crash at any file operation, rewriting or not', async () => {
  let operations = 0;
  const story = async (fileSystem: MemoryLogFileSystem, crashAt: number): Promise<bigint> => {
    let promised = 0n;
    operations = 0;
    fileSystem.hook = () => {
      operations += 1;
      if (operations > crashAt) throw fileError('EIO');
      return undefined;
    };
    try {
      const store = await open(fileSystem);
      for (let next = 1n; next <= 20n; next += 1n) {
        await store.set(AT, next);
        promised = next;
      }
      await store.close();
    } catch {
      // The crash.
    }
    return promised;
  };
  await story(createMemoryLogFileSystem(), 1e9);
  const all = operations;
  for (let crashAt = 0; crashAt <= all; crashAt += 1) {
    const fileSystem = createMemoryLogFileSystem();
    const promised = await story(fileSystem, crashAt);
    for (const after of [
      fileSystem.afterKill(),
      ...[0, 9, 70].map((kept) => fileSystem.afterPowerFailure(kept)),
    ]) {
      const store = await open(after);
      expect(store.get(AT) ?? 0n).toBeGreaterThanOrEqual(promised);
      await store.set(AT, 99n);
      await store.close();
      expect((await open(after)).get(AT)).toBe(99n);
    }
  }
});
