import { join } from 'node:path';
import { FatalError, ProvostError } from '../../core/errors.ts';
import type { AppendFile } from './append-file.ts';
import { createLogFile, type LogFileDeps, recoverLogFile } from './open-log-file.ts';
import { frameBytes, writeFrame } from './record-frame.ts';

/** Acknowledged offsets of every consumer group: the offset of the first record that it has not acknowledged. */
export type OffsetStore = {
  readonly get: (at: GroupPartition) => bigint | undefined;
  /** Resolves when durable; concurrent calls share one write and one sync. */
  readonly set: (at: GroupPartition, next: bigint) => Promise<void>;
  /** Offsets of every group that ever subscribed to the topic's partition. */
  readonly groupsOf: (topic: string, partition: number) => ReadonlyMap<string, bigint>;
  readonly close: () => Promise<void>;
};

type GroupPartition = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
};

export type OffsetStoreDeps = LogFileDeps & {
  readonly directory: string;
  /** The file is rewritten when it is longer than this and than four times what it holds. */
  readonly compactBytes?: number;
};

type Waiter = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

const NAME = 'offsets.log';
const NEW_NAME = 'offsets.new';
const DEFAULT_COMPACT_BYTES = 1_048_576;

/**
 * Keeps offsets as records of one log file with the segments' framing, checksums and recovery: an append and a
 * sync for each round of acknowledgements, and a rewrite to a second file that replaces the first by renaming
 * once it is long. A crash loses at most acknowledgements that nobody was told of: those records come again.
 */
export async function openOffsetStore(deps: OffsetStoreDeps): Promise<OffsetStore> {
  const { fileSystem, directory, log, compactBytes = DEFAULT_COMPACT_BYTES } = deps;
  const path = join(directory, NAME);
  const newPath = join(directory, NEW_NAME);
  const offsets = new Map<string, Map<string, bigint>>();
  let file: AppendFile;
  let sequence = 0n;

  await fileSystem.remove(newPath);
  if ((await fileSystem.list(directory)).includes(NAME)) {
    const at = { path, topic: '(acknowledged offsets)', partition: 0 };
    // A rewritten file begins again at 0, so the sequence always counts from there.
    const recovered = await recoverLogFile(deps, at, 0n, ({ key, headers, value }) => {
      const group = headers['group'] ?? '';
      remember(key, group, Buffer.from(value).readBigUInt64LE(0));
    });
    file = recovered.appendFile;
    sequence = recovered.nextOffset;
  } else {
    file = await createLogFile(deps, path);
  }

  let dirty = new Map<string, { readonly at: GroupPartition; readonly next: bigint }>();
  let waiters: Waiter[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;
  let rewriteAt = compactBytes;
  let failure: FatalError | undefined;

  function remember(place: string, group: string, next: bigint): void {
    const groups = offsets.get(place) ?? new Map<string, bigint>();
    offsets.set(place, groups.set(group, next));
  }

  async function drain(): Promise<void> {
    await Promise.resolve();
    while (waiters.length > 0) {
      const round = waiters;
      const changes = dirty;
      waiters = [];
      dirty = new Map();
      try {
        await file.append(encode([...changes.values()], file.salt, sequence));
        sequence += BigInt(changes.size);
        for (const { at, next } of changes.values()) remember(placeKey(at), at.group, next);
        for (const { resolve } of round) resolve();
        if (file.size() > rewriteAt) await compact();
      } catch (error) {
        if (error instanceof FatalError) failure = error;
        for (const { reject } of round) reject(error);
      }
    }
    draining = undefined;
  }

  /** A crash before the rename leaves the old file, after it the new one; both hold every acknowledgement. */
  async function compact(): Promise<void> {
    const all = [...offsets].flatMap(([place, groups]) =>
      [...groups].map(([group, next]) => ({ at: { ...parsePlaceKey(place), group }, next })),
    );
    let fresh: AppendFile;
    try {
      await fileSystem.remove(newPath);
      fresh = await createLogFile(deps, newPath);
      await fresh.append(encode(all, fresh.salt, 0n));
      await fileSystem.rename(newPath, path);
    } catch (err) {
      rewriteAt = 2 * file.size();
      log.warn({ path, err }, 'could not rewrite the acknowledged offsets; will try again');
      return;
    }
    const old = file;
    file = fresh;
    sequence = BigInt(all.length);
    rewriteAt = Math.max(compactBytes, 4 * file.size());
    await old.file.close();
    // Not durable yet: if this fails, a power failure may bring the old file back, without later rounds.
    await fileSystem.syncDirectory(directory).catch((cause: unknown) => {
      throw new FatalError('bus.unavailable', `the rewrite of ${path} is not durable`, { cause });
    });
  }

  return {
    get: (at) => offsets.get(placeKey(at))?.get(at.group),
    set: (at, next) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(failure);
        if (closed) return reject(new ProvostError('bus.unavailable', 'the bus is closed'));
        dirty.set(`${placeKey(at)} ${at.group}`, { at, next });
        waiters.push({ resolve, reject });
        draining ??= drain();
      }),
    groupsOf: (topic, partition) => offsets.get(placeKey({ topic, partition })) ?? new Map(),
    close: async () => {
      closed = true;
      await draining;
      await file.file.close();
    },
  };
}

function encode(
  changes: readonly { readonly at: GroupPartition; readonly next: bigint }[],
  salt: number,
  firstSequence: bigint,
): Buffer {
  const records = changes.map(({ at, next }) => {
    const value = Buffer.alloc(8);
    value.writeBigUInt64LE(next);
    return { key: placeKey(at), headers: { group: at.group }, value };
  });
  const bytes = Buffer.alloc(records.reduce((sum, record) => sum + frameBytes(record), 0));
  let position = 0;
  for (const [index, record] of records.entries()) {
    const stored = { ...record, offset: firstSequence + BigInt(index), timestamp: 0 };
    position = writeFrame(bytes, position, salt, stored).next;
  }
  return bytes;
}

function placeKey(at: { readonly topic: string; readonly partition: number }): string {
  return `${at.topic}/${at.partition}`;
}

function parsePlaceKey(key: string): { readonly topic: string; readonly partition: number } {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
}
