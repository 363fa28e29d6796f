import type { Bus, BusRecord, SubscribeOptions } from '../../services/bus/bus.ts';
import {
  createLocalLogBus,
  type LocalLogOptions,
} from '../../services/bus/local-log/local-log-bus.ts';
import type { MemoryLogFileSystem } from '../fakes/memory-log-file-system.ts';

export const TOPIC = 'topic';

/** The bus over a file system in memory; its records are as small as its segments. */
export function openBus(
  fileSystem: MemoryLogFileSystem,
  options: Partial<LocalLogOptions> = {},
): Promise<Bus> {
  return createLocalLogBus({
    directory: '/log',
    fileSystem,
    clock: { now: () => 1_700_000_000_000 },
    ...options,
  });
}

/** Path of a segment of partition 0. */
export function segmentPath(baseOffset: number): string {
  return `/log/topics/${TOPIC}/0/${String(baseOffset).padStart(20, '0')}.log`;
}

/** Publishes each text as a record of its own, one after the other. */
export async function publishAll(bus: Bus, texts: readonly string[]): Promise<void> {
  for (const text of texts) await bus.publish(TOPIC, [{ key: 'k', value: Buffer.from(text) }]);
}

/** Reads partition 0 with a new group to the end of the log; rejects with what is fatal. */
export async function readAll(bus: Bus, group: string): Promise<readonly BusRecord[]> {
  const [lag] = await bus.lag(TOPIC, group);
  const records: BusRecord[] = [];
  if (lag === undefined || lag.lag === 0n) return records;
  await new Promise<void>((resolve, reject) => {
    const options: SubscribeOptions = {
      topic: TOPIC,
      group,
      from: 'earliest',
      handler: async (batch) => {
        records.push(...batch.records);
        if (records.at(-1)?.offset === lag.end - 1n) resolve();
      },
      onFatal: reject,
    };
    bus.subscribe(options).catch(reject);
  });
  return records;
}

export function textOf({ value }: { readonly value: Uint8Array }): string {
  return Buffer.from(value).toString();
}
