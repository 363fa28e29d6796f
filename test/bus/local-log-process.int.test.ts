import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLocalLogBus } from '../../services/bus/local-log/local-log-bus.ts';
import { verifyLocalLog } from '../../services/bus/local-log/verify-local-log.ts';

const clock = { now: () => Date.now() };

test('keeps every promise of a process that is killed with -9, twenty times', {
  timeout: 180_000,
}, async () => {
  const directory = await temporaryDirectory();
  const published = new Set<string>();
  const acknowledged = [-1n, -1n];
  for (let life = 0; life < 20; life += 1) {
    const writer = startWriter(directory, String(life));
    await writer.untilLine(/^published/);
    await sleep(Math.random() * 120);
    for (const line of await writer.kill()) {
      const [what, first = '', second = ''] = line.split(' ');
      if (what === 'published') published.add(first);
      if (what === 'acknowledged') acknowledged[Number(first)] = BigInt(second);
    }
    const { damaged } = await verifyLocalLog(directory);
    expect(damaged?.unfinished ?? true).toBe(true);
  }
  expect(published.size).toBeGreaterThan(100);

  const bus = await createLocalLogBus({ directory, clock });
  onTestFinished(() => bus.close());
  expect((await verifyLocalLog(directory)).damaged).toBeUndefined();
  const lags = await bus.lag('topic', 'group');
  for (const [partition, last] of acknowledged.entries()) {
    expect(lags[partition]?.acknowledged).toBeGreaterThan(last);
  }
  const seen = new Set<string>();
  const offsets: [bigint[], bigint[]] = [[], []];
  await bus.subscribe({
    topic: 'topic',
    group: 'reader',
    from: 'earliest',
    handler: async ({ partition, records }) => {
      for (const { offset, value } of records) {
        offsets[partition]?.push(offset);
        seen.add(Buffer.from(value).toString().trim());
      }
    },
    onFatal: (error) => {
      throw error;
    },
  });
  await vi.waitFor(async () => {
    expect((await bus.lag('topic', 'reader')).map(({ lag }) => lag)).toEqual([0n, 0n]);
  }, 30_000);
  expect([...published].filter((text) => !seen.has(text))).toEqual([]);
  for (const list of offsets) expect(list).toEqual(list.map((_, index) => BigInt(index)));
});

test('refuses a second process and names the first', { timeout: 60_000 }, async () => {
  const directory = await temporaryDirectory();
  const writer = startWriter(directory, 'a');
  await writer.untilLine(/^published/);
  const opening = createLocalLogBus({ directory, clock });
  await expect(opening).rejects.toMatchObject({ code: 'bus.locked' });
  await expect(opening).rejects.toThrow(new RegExp(`process ${writer.pid} \\(running\\)`));
  await writer.kill();
  const bus = await createLocalLogBus({ directory, clock });
  await bus.close();
});

test('refuses a second bus in the same process until the first is closed', async () => {
  const directory = await temporaryDirectory();
  const bus = await createLocalLogBus({ directory, clock });
  await expect(createLocalLogBus({ directory, clock })).rejects.toMatchObject({
    code: 'bus.locked',
  });
  await bus.close();
  await (await createLocalLogBus({ directory, clock })).close();
});

test('takes over the lock of a process whose id was given to another one', async () => {
  const directory = await temporaryDirectory();
  let bus = await createLocalLogBus({ directory, clock });
  const lock = join(directory, 'LOCK');
  const held: unknown = JSON.parse(await readFile(lock, 'utf8'));
  await bus.close();
  if (typeof held !== 'object' || held === null) throw new Error('the lock is no object');
  await writeFile(lock, JSON.stringify({ ...held, started: '1' }));
  bus = await createLocalLogBus({ directory, clock });
  await bus.close();
});

test('does not take over the lock of another host', async () => {
  const directory = await temporaryDirectory();
  const lock = join(directory, 'LOCK');
  const opening = async () => {
    await writeFile(lock, JSON.stringify({ host: 'elsewhere', pid: 1, started: '5' }));
    await createLocalLogBus({ directory, clock });
  };
  await createLocalLogBus({ directory, clock }).then((bus) => bus.close());
  await expect(opening()).rejects.toThrow(/process 1 \(on host elsewhere\)/);
});

test('lets only one of many that open at once have the directory of a dead process', async () => {
  const directory = await temporaryDirectory();
  const writer = startWriter(directory, 'a');
  await writer.untilLine(/^published/);
  await writer.kill();
  const openings = await Promise.allSettled(
    Array.from({ length: 5 }, () => createLocalLogBus({ directory, clock })),
  );
  const opened = openings.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  await Promise.all(opened.map((bus) => bus.close()));
  for (const result of openings) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'bus.locked' });
  }
  expect(opened).toHaveLength(1);
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'provost-bus-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function startWriter(directory: string, life: string) {
  const script = fileURLToPath(new URL('local-log-writer.ts', import.meta.url));
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', script, directory, life],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return {
    pid: child.pid,
    untilLine: async (line: RegExp) => {
      await vi.waitFor(
        () => {
          if (child.exitCode !== null) throw new Error(`the writer ended with ${child.exitCode}`);
          expect(output).toMatch(line);
        },
        { timeout: 30_000, interval: 5 },
      );
    },
    /** Kills it and gives the whole lines that it had said. */
    kill: async (): Promise<string[]> => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
      return output.split('\n').slice(0, -1);
    },
  };
}
