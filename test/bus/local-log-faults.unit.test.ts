import { describe, expect, test, vi } from 'vitest';
import type { Bus } from '../../services/bus/bus.ts';
import { FatalError } from '../../services/core/errors.ts';
import {
  createMemoryLogFileSystem,
  type FileOperation,
  fileError,
  type MemoryLogFileSystem,
} from '../fakes/memory-log-file-system.ts';
import { openBus, publishAll, readAll, segmentPath, TOPIC, textOf } from './local-log-fixture.ts';

async function oneTopic(
  options: Parameters<typeof openBus>[1] = {},
): Promise<{ fileSystem: MemoryLogFileSystem; bus: Bus }> {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem, options);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
  return { fileSystem, bus };
}

/** Fails the operation of this name on segments, once or for as long as the hook stays. */
function failing(name: FileOperation['name'], code: string, path = /\/0\/\d+\.log$/) {
  return (operation: FileOperation): undefined => {
    if (operation.name === name && path.test(operation.path)) throw fileError(code);
  };
}

test('a topic that was created outlives a power failure, with its partitions', async () => {
  const fileSystem = createMemoryLogFileSystem();
  const bus = await openBus(fileSystem);
  await bus.ensureTopics([{ topic: TOPIC, partitions: 3 }]);
  const again = await openBus(fileSystem.afterPowerFailure(0));
  expect(await again.partitionCount(TOPIC)).toBe(3);
  await Promise.all([bus.close(), again.close()]);
});

describe('a full disk', () => {
  test.each(['ENOSPC', 'EDQUOT'])(
    'refuses a publish with %s, leaves no byte of it, and goes on later',
    async (code) => {
      const { fileSystem, bus } = await oneTopic();
      await publishAll(bus, ['before']);
      const before = fileSystem.contents(segmentPath(0));
      let written = false;
      fileSystem.hook = (operation) => {
        if (operation.name !== 'write') return undefined;
        if (written) throw fileError(code);
        written = true;
        return 7;
      };
      await expect(publishAll(bus, ['refused'])).rejects.toMatchObject({ code: 'bus.disk-full' });
      expect(fileSystem.contents(segmentPath(0)).equals(before)).toBe(true);
      fileSystem.hook = () => undefined;
      await publishAll(bus, ['after']);
      const records = await readAll(bus, 'group');
      expect(records.map(textOf)).toEqual(['before', 'after']);
      expect(records.map(({ offset }) => offset)).toEqual([0n, 1n]);
      await bus.close();
    },
  );

  test('refuses a publish that needs a new segment, leaves no file, and goes on later', async () => {
    const { fileSystem, bus } = await oneTopic({ segmentBytes: 100 });
    await publishAll(bus, ['before']);
    fileSystem.hook = failing('write', 'ENOSPC');
    await expect(publishAll(bus, ['refused'])).rejects.toMatchObject({ code: 'bus.disk-full' });
    expect(() => fileSystem.contents(segmentPath(1))).toThrow('ENOENT');
    fileSystem.hook = () => undefined;
    await publishAll(bus, ['after']);
    expect((await readAll(bus, 'group')).map(textOf)).toEqual(['before', 'after']);
    await bus.close();
  });

  test('is a refusal before it is full, while the floor of free space stays', async () => {
    const { fileSystem, bus } = await oneTopic({ minFreeBytes: 1_000 });
    fileSystem.free = 1_050;
    await expect(publishAll(bus, ['x'.repeat(100)])).rejects.toMatchObject({
      code: 'bus.disk-full',
    });
    fileSystem.free = 1_000_000;
    await publishAll(bus, ['x'.repeat(100)]);
    expect(await bus.lag(TOPIC, 'nobody')).toMatchObject([{ end: 1n }]);
    await bus.close();
  });

  test('is noticed after an eighth of the floor was written, whatever the clock says', async () => {
    const { fileSystem, bus } = await oneTopic({ minFreeBytes: 8_000 });
    fileSystem.free = 100_000;
    await publishAll(bus, ['x']);
    fileSystem.free = 8_000;
    let accepted = 0;
    let refusal: unknown;
    while (refusal === undefined && accepted < 20) {
      await publishAll(bus, ['x'.repeat(200)]).then(
        () => {
          accepted += 1;
        },
        (error: unknown) => {
          refusal = error;
        },
      );
    }
    expect(refusal).toMatchObject({ code: 'bus.disk-full' });
    expect(accepted).toBe(4);
    await bus.close();
  });

  test('makes an acknowledged batch come again, and goes on later', async () => {
    const { fileSystem, bus } = await oneTopic();
    await publishAll(bus, ['once']);
    const seen: string[] = [];
    fileSystem.hook = () => undefined;
    await bus.subscribe({
      topic: TOPIC,
      group: 'group',
      from: 'earliest',
      handler: async ({ records }) => {
        seen.push(...records.map(textOf));
        const full = failing('write', 'ENOSPC', /offsets/);
        fileSystem.hook = seen.length === 1 ? full : () => undefined;
      },
      onFatal: (error) => {
        throw error;
      },
    });
    await vi.waitFor(async () =>
      expect(await bus.lag(TOPIC, 'group')).toMatchObject([{ lag: 0n }]),
    );
    expect(seen).toEqual(['once', 'once']);
    await bus.close();
  });
});

describe('a failure that leaves the state unknown', () => {
  test.each([
    ['sync', 'EIO'],
    ['sync', 'ENOSPC'],
    ['write', 'EIO'],
  ] as const)(
    'of a %s with %s is fatal for good: it is never tried again as if nothing had been',
    async (name, code) => {
      const { fileSystem, bus } = await oneTopic();
      await publishAll(bus, ['before']);
      const durable = fileSystem.contents(segmentPath(0));
      fileSystem.hook = failing(name, code);
      const error: unknown = await publishAll(bus, ['lost']).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(FatalError);
      expect(error).toMatchObject({ code: 'bus.unavailable' });
      fileSystem.hook = () => undefined;
      await expect(publishAll(bus, ['later'])).rejects.toBe(error);
      const needsNewSegment = 'x'.repeat(1_000);
      await expect(publishAll(bus, [needsNewSegment])).rejects.toBe(error);
      expect((await readAll(bus, 'group')).map(textOf)).toEqual(['before']);
      expect(fileSystem.contents(segmentPath(0)).equals(durable)).toBe(true);
      await bus.close();

      const again = await openBus(fileSystem);
      await publishAll(again, ['after']);
      expect((await readAll(again, 'new-group')).map(textOf)).toEqual(['before', 'after']);
      await again.close();
    },
  );

  test('is one too when a full disk could not be cut back', async () => {
    const { fileSystem, bus } = await oneTopic();
    fileSystem.hook = ({ name }) => {
      if (name === 'write') throw fileError('ENOSPC');
      if (name === 'truncate') throw fileError('EIO');
      return undefined;
    };
    await expect(publishAll(bus, ['x'])).rejects.toBeInstanceOf(FatalError);
    await bus.close();
  });

  test('of the acknowledged offsets stops the consumer', async () => {
    const { fileSystem, bus } = await oneTopic();
    await publishAll(bus, ['x']);
    const errors: Error[] = [];
    await bus.subscribe({
      topic: TOPIC,
      group: 'group',
      from: 'earliest',
      handler: async () => {
        fileSystem.hook = failing('sync', 'EIO', /offsets/);
      },
      onFatal: (error) => errors.push(error),
    });
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    expect(errors[0]).toBeInstanceOf(FatalError);
    await bus.close();
  });
});

/**
 * Crash points as a table: the same story is cut off at each of its file operations in turn, and the machine
 * comes back with what was synced, with that and some or all of the rest, or with everything written.
 */
describe('a crash at any file operation', () => {
  const options = { segmentBytes: 250, cacheBytes: 300 };

  /** Publishes and consumes; answers with what was promised until the crash. */
  async function story(fileSystem: MemoryLogFileSystem, crashAt: number) {
    const promised: string[] = [];
    const refused: string[] = [];
    let acknowledged = 0n;
    let operations = 0;
    fileSystem.hook = () => {
      operations += 1;
      if (operations > crashAt) throw fileError('EIO');
      return undefined;
    };
    try {
      const bus = await openBus(fileSystem, options);
      await bus.ensureTopics([{ topic: TOPIC, partitions: 1, retentionBytes: 300 }]);
      await bus.subscribe({
        topic: TOPIC,
        group: 'group',
        from: 'earliest',
        maxBatchRecords: 2,
        handler: async (batch) => {
          const last = batch.records.at(-1)?.offset ?? 0n;
          await batch.acknowledge(last);
          acknowledged = last + 1n;
        },
        onFatal: () => {},
      });
      for (let round = 0; round < 6; round += 1) {
        const texts = [`${round}-a`, `${round}-b`, `${round}-c`];
        const publishing = texts.map((text) =>
          bus.publish(TOPIC, [{ key: 'k', value: Buffer.from(text.padEnd(30)) }]),
        );
        for (const [index, result] of (await Promise.allSettled(publishing)).entries()) {
          (result.status === 'fulfilled' ? promised : refused).push(texts[index] ?? '');
        }
      }
      await bus.close();
    } catch {
      // The crash; what was promised before it is what counts.
    }
    fileSystem.hook = () => undefined;
    return { promised, refused, acknowledged, operations };
  }

  test('keeps every promised record in its place and every acknowledgement', async () => {
    const { operations, promised: all } = await story(createMemoryLogFileSystem(), 1e9);
    expect(all).toHaveLength(18);
    for (let crashAt = 0; crashAt <= operations; crashAt += 1) {
      for (const survival of ['synced', 'some', 'most', 'written'] as const) {
        const fileSystem = createMemoryLogFileSystem();
        const { promised, refused, acknowledged } = await story(fileSystem, crashAt);
        const kept = { synced: 0, some: 11, most: 120 };
        const after =
          survival === 'written'
            ? fileSystem.afterKill()
            : fileSystem.afterPowerFailure(kept[survival]);
        const bus = await openBus(after, options);
        await bus.ensureTopics([{ topic: TOPIC, partitions: 1 }]);
        const [lag] = await bus.lag(TOPIC, 'group');
        expect(lag?.acknowledged).toBeGreaterThanOrEqual(acknowledged);
        const records = await readAll(bus, 'another-group');
        const offsets = records.map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.map((_, index) => (offsets[0] ?? 0n) + BigInt(index)));
        // Deleted segments were acknowledged; everything after them is there, and nothing that was never sent.
        const texts = records.map((record) => textOf(record).trim());
        expect(offsets[0] ?? 0n).toBeLessThanOrEqual(lag?.acknowledged ?? 0n);
        const missing = promised.filter((text) => !texts.includes(text));
        expect(missing).toEqual(promised.slice(0, missing.length));
        expect(BigInt(missing.length)).toBeLessThanOrEqual(offsets[0] ?? lag?.end ?? 0n);
        expect(texts.filter((text) => !promised.includes(text) && !refused.includes(text))).toEqual(
          [],
        );
        await publishAll(bus, ['after']);
        await bus.close();
      }
    }
  });
});
