import { describe, expect, test } from 'vitest';
import { verifyLocalLog } from '../../services/bus/local-log/verify-local-log.ts';
import { FatalError } from '../../services/core/errors.ts';
import {
  createMemoryLogFileSystem,
  type MemoryLogFileSystem,
} from '../fakes/memory-log-file-system.ts';
import { openBus, publishAll, readAll, segmentPath, TOPIC, textOf } from './local-log-fixture.ts';

const TEXTS = ['first', 'second', 'third'];

/** A closed log with three records in one segment, and the position of each record. */
async function threeRecords(): Promise<{ fileSystem: MemoryLogFileSystem; starts: number[] }> {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  const starts: number[] = [];
  for (const text of TEXTS) {
    starts.push(fileSystem.contents(segmentPath(0)).byteLength);
    await publishAll(bus, [text]);
  }
  await bus.close();
  return { fileSystem, starts };
}

describe('the end of the newest segment', () => {
  test('is cut off after the last good record, wherever the last write was cut short', async () => {
    const { fileSystem, starts } = await threeRecords();
    const whole = fileSystem.contents(segmentPath(0));
    for (let size = starts[2] ?? 0; size < whole.byteLength; size += 1) {
      fileSystem.replace(segmentPath(0), whole.subarray(0, size));
      const bus = await openBus(fileSystem);
      await publishAll(bus, ['new']);
      const records = await readAll(bus, `group-${size}`);
      expect(records.map(textOf)).toEqual(['first', 'second', 'new']);
      expect(records.map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
      await bus.close();
      // The groups' offsets would be beyond the end of the next, shorter log.
      fileSystem.replace('/log/offsets.log', new Uint8Array());
    }
  });

  test('is cut off when it is zeros or noise', async () => {
    const { fileSystem } = await threeRecords();
    const whole = fileSystem.contents(segmentPath(0));
    for (const tail of [Buffer.alloc(5_000), Buffer.alloc(300, 0xa7), Buffer.from('x')]) {
      fileSystem.replace(segmentPath(0), Buffer.concat([whole, tail]));
      const bus = await openBus(fileSystem);
      expect((await bus.lag(TOPIC, 'nobody'))[0]?.end).toBe(3n);
      await bus.close();
      expect(fileSystem.contents(segmentPath(0)).equals(whole)).toBe(true);
    }
  });

  test('is not taken for a good record when a sender put the image of one into a torn record', async () => {
    const { fileSystem, starts } = await threeRecords();
    const image = fileSystem.contents(segmentPath(0)).subarray(starts[1]);
    const other = createMemoryLogFileSystem();
    let bus = await openBus(other);
    await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
    await bus.publish(TOPIC, [{ key: 'k', value: Buffer.concat([image, Buffer.alloc(100)]) }]);
    await bus.close();
    const whole = other.contents(segmentPath(0));
    other.replace(segmentPath(0), whole.subarray(0, whole.byteLength - 50));
    bus = await openBus(other);
    expect((await bus.lag(TOPIC, 'nobody'))[0]?.end).toBe(0n);
    await bus.close();
  });

  test('may be a file without a whole header, which a crash at its creation leaves', async () => {
    const { fileSystem } = await threeRecords();
    const header = fileSystem.contents(segmentPath(0)).subarray(0, 16);
    for (let size = 0; size < 16; size += 1) {
      fileSystem.replace(segmentPath(0), header.subarray(0, size));
      const bus = await openBus(fileSystem);
      await publishAll(bus, ['again']);
      expect((await readAll(bus, `group-${size}`)).map(textOf)).toEqual(['again']);
      await bus.close();
      fileSystem.replace('/log/offsets.log', new Uint8Array());
    }
  });
});

describe('a flipped bit', () => {
  test('is found in every byte of a log, and named by its offset', async () => {
    const { fileSystem, starts } = await threeRecords();
    const whole = fileSystem.contents(segmentPath(0));
    expect(await verifyLocalLog('/log', fileSystem)).toEqual({
      partitions: 1,
      segments: 1,
      records: 3n,
    });
    for (let at = 0; at < whole.byteLength; at += 1) {
      fileSystem.replace(segmentPath(0), flipped(whole, at));
      const { damaged } = await verifyLocalLog('/log', fileSystem);
      const offset = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      );
      expect(damaged).toMatchObject({
        topic: TOPIC,
        partition: 0,
        offset: BigInt(offset),
        file: segmentPath(0),
        position: at < (starts[0] ?? 0) ? 0 : starts[offset],
        unfinished: offset === 2,
      });
    }
  });

  test('before the last record keeps the log closed and changes nothing', async () => {
    const { fileSystem, starts } = await threeRecords();
    const whole = fileSystem.contents(segmentPath(0));
    for (let at = 0; at < (starts[2] ?? 0); at += 1) {
      const damaged = flipped(whole, at);
      fileSystem.replace(segmentPath(0), damaged);
      const error: unknown = await openBus(fileSystem).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FatalError);
      expect(error).toMatchObject({ code: 'bus.corrupt-record' });
      const offset = Math.max(
        0,
        starts.findLastIndex((start) => start <= at),
      );
      const position = at < (starts[0] ?? 0) ? 0 : starts[offset];
      expect(String(error)).toContain(
        `topic ${TOPIC} partition 0 offset ${offset}: the record at byte ${position} of ${segmentPath(0)}`,
      );
      expect(fileSystem.contents(segmentPath(0)).equals(damaged)).toBe(true);
    }
  });

  test('in the last record keeps the log closed when a group has acknowledged that record', async () => {
    const { fileSystem, starts } = await threeRecords();
    const bus = await openBus(fileSystem);
    await readAll(bus, 'group');
    await bus.close();
    const whole = fileSystem.contents(segmentPath(0));
    fileSystem.replace(segmentPath(0), flipped(whole, (starts[2] ?? 0) + 12));
    const opening = openBus(fileSystem);
    await expect(opening).rejects.toMatchObject({ code: 'bus.corrupt-record' });
    await expect(opening).rejects.toThrow(/group group has acknowledged/);
  });

  test('in an older segment is found at every byte, and stops the consumer that reads it', async () => {
    const fileSystem = createMemoryLogFileSystem();
    const options = { segmentBytes: 60, cacheBytes: 1 };
    let bus = await openBus(fileSystem, options);
    await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
    await publishAll(bus, TEXTS);
    await bus.close();
    const path = segmentPath(1);
    const whole = fileSystem.contents(path);
    for (let at = 0; at < whole.byteLength; at += 1) {
      fileSystem.replace(path, flipped(whole, at));
      const { damaged } = await verifyLocalLog('/log', fileSystem);
      expect(damaged).toMatchObject({ offset: 1n, file: path, unfinished: false });
      bus = await openBus(fileSystem, options);
      const reading = readAll(bus, `group-${at}`);
      await expect(reading).rejects.toThrow(/topic topic partition 0 offset 1: the record at byte/);
      await expect(reading).rejects.toMatchObject({ code: 'bus.corrupt-record' });
      await bus.close();
    }
  });
});

test('a missing segment is found, and stops the consumer that would skip it', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const options = { segmentBytes: 60, cacheBytes: 1 };
  let bus = await openBus(fileSystem, options);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  await publishAll(bus, TEXTS);
  await bus.close();
  await fileSystem.remove(segmentPath(1));
  expect((await verifyLocalLog('/log', fileSystem)).damaged).toMatchObject({
    offset: 1n,
    file: segmentPath(2),
    reason: 'it is missing: the file begins at 2',
  });
  bus = await openBus(fileSystem, options);
  await expect(readAll(bus, 'group')).rejects.toMatchObject({ code: 'bus.corrupt-record' });
  await bus.close();
});

test('a segment with the good records of another one is found, and stops its consumer', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const options = { segmentBytes: 60, cacheBytes: 1 };
  let bus = await openBus(fileSystem, options);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  await publishAll(bus, TEXTS);
  await bus.close();
  fileSystem.replace(segmentPath(1), fileSystem.contents(segmentPath(0)));
  expect((await verifyLocalLog('/log', fileSystem)).damaged).toMatchObject({
    offset: 1n,
    reason: 'its offset is 0, expected 1',
  });
  bus = await openBus(fileSystem, options);
  await expect(readAll(bus, 'group')).rejects.toThrow(/offset 1: .* its offset is 0/);
  await bus.close();
});

test('a damaged number of partitions keeps the log closed', async () => {
  const { fileSystem } = await threeRecords();
  for (const content of ['', '{}', '{"partitions":0}', '{"partitions":"1"}', 'null']) {
    fileSystem.replace(`/log/topics/${TOPIC}/topic.json`, Buffer.from(content));
    await expect(openBus(fileSystem)).rejects.toMatchObject({ code: 'bus.corrupt-record' });
  }
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at);
  return copy;
}
