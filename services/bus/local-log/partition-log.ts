import { dirname, join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { FatalError, ProvostError } from '../../core/errors.ts';
import type { BusRecord, OutgoingRecord } from '../bus.ts';
import type { AppendFile } from './append-file.ts';
import { corruptRecord } from './corrupt-record.ts';
import { createLogFile, type LogFileDeps, recoverLogFile } from './open-log-file.ts';
import { type LogPlace, readSegment } from './read-segment.ts';
import { frameBytes, writeFrame } from './record-frame.ts';
import { SEGMENT_HEADER_BYTES } from './segment-header.ts';
import { listSegments, segmentName } from './segment-names.ts';
import type { SpaceGuard } from './space-guard.ts';
import { createTailCache, type ReadLimits } from './tail-cache.ts';

/** One partition of one topic: a row of segment files. */
export type PartitionLog = {
  /** Resolves with the first record's offset when all are durable; concurrent calls share one write and one sync. */
  readonly append: (records: readonly OutgoingRecord[]) => Promise<bigint>;
  /** Records from `offset` on, in order; empty at the end of the log. */
  readonly read: (offset: bigint, limits: ReadLimits) => Promise<readonly BusRecord[]>;
  /** Resolves when there is a record at `offset`, or when the signal aborts. */
  readonly waitFor: (offset: bigint, signal: AbortSignal) => Promise<void>;
  readonly start: () => bigint;
  readonly end: () => bigint;
  /** Deletes the oldest segments while the rest takes at least `keepBytes` and every deleted offset is below `acknowledged`. */
  readonly trim: (acknowledged: bigint, keepBytes: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type PartitionLogDeps = LogFileDeps & {
  readonly topic: string;
  readonly partition: number;
  readonly directory: string;
  readonly clock: Clock;
  readonly spaceGuard: SpaceGuard;
  readonly segmentBytes: number;
  readonly cacheBytes: number;
};

type Pending = {
  readonly records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly resolve: (firstOffset: bigint) => void;
  readonly reject: (error: unknown) => void;
};

/** A round is one write and one sync; more would only make its first publisher wait longer. */
const MAX_ROUND_BYTES = 8_388_608;
const MAX_REMEMBERED_PLACES = 64;

/** Opens a partition's log and recovers it; the directory's lock is held by the caller. */
export async function openPartitionLog(deps: PartitionLogDeps): Promise<PartitionLog> {
  const { topic, partition, directory, fileSystem, clock } = deps;
  const pathOf = (base: bigint) => join(directory, segmentName(base));
  await fileSystem.makeDirectory(directory);
  await fileSystem.syncDirectory(dirname(directory));

  const segments = await listSegments(fileSystem, directory);
  const newest = segments.at(-1);
  const closedSizes = new Map<bigint, number>();
  let closedBytes = 0;
  for (const base of segments.slice(0, -1)) {
    const file = await fileSystem.openForReading(pathOf(base));
    const bytes = await file.size().finally(() => file.close());
    closedSizes.set(base, bytes);
    closedBytes += bytes;
  }
  let active: AppendFile;
  let end = 0n;
  if (newest === undefined) {
    active = await createLogFile(deps, pathOf(0n));
    segments.push(0n);
  } else {
    const at = { topic, partition, path: pathOf(newest) };
    ({ appendFile: active, nextOffset: end } = await recoverLogFile(deps, at, newest));
  }

  const cache = createTailCache(deps.cacheBytes);
  const waiters = new Set<() => void>();
  const places = new Map<bigint, LogPlace>();
  let queue: Pending[] = [];
  let draining: Promise<void> | undefined;
  let failure: FatalError | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    // Lets every publisher of this turn of the event loop join the first round.
    await Promise.resolve();
    while (queue.length > 0) {
      const round = takeRound();
      try {
        const first = await commit(round);
        let offset = first;
        for (const pending of round) {
          pending.resolve(offset);
          offset += BigInt(pending.records.length);
        }
        for (const wake of waiters) wake();
      } catch (error) {
        // Also for later rounds that would begin a new segment: what the failed file holds is not known.
        if (error instanceof FatalError) failure = error;
        for (const pending of round) pending.reject(error);
      }
    }
    draining = undefined;
  }

  function takeRound(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of queue) {
      bytes += pending.bytes;
      if (count > 0 && bytes > MAX_ROUND_BYTES) break;
      count += 1;
    }
    const round = queue.slice(0, count);
    queue = queue.slice(count);
    return round;
  }

  async function commit(round: readonly Pending[]): Promise<bigint> {
    if (failure !== undefined) throw failure;
    const bytes = round.reduce((sum, pending) => sum + pending.bytes, 0);
    await deps.spaceGuard.assertSpaceFor(bytes);
    const used = active.size();
    if (used > SEGMENT_HEADER_BYTES && used + bytes > deps.segmentBytes) await roll();

    const first = end;
    const timestamp = Math.max(0, Math.trunc(clock.now()));
    const buffer = Buffer.allocUnsafeSlow(bytes);
    const appended: { readonly record: BusRecord; readonly bytes: number }[] = [];
    let offset = first;
    let at = 0;
    for (const { records } of round) {
      for (const { key, value, headers = {} } of records) {
        const written = writeFrame(buffer, at, active.salt, {
          offset,
          timestamp,
          key,
          headers,
          value,
        });
        appended.push({
          record: { partition, offset, key, value: written.value, headers, timestamp },
          bytes: written.next - at,
        });
        at = written.next;
        offset += 1n;
      }
    }
    await active.append(buffer);
    end = offset;
    for (const entry of appended) cache.add(entry.record, entry.bytes);
    return first;
  }

  /** A crash leaves either no new file, an empty one, or one with a header: all three are an empty last segment. */
  async function roll(): Promise<void> {
    const next = await createLogFile(deps, pathOf(end));
    const full = active;
    active = next;
    closedSizes.set(segments.at(-1) ?? 0n, full.size());
    closedBytes += full.size();
    segments.push(end);
    await full.file.close().catch(() => {});
  }

  /** The remembered or first place of the segment that holds `offset`. */
  function placeOf(offset: bigint): LogPlace {
    const remembered = places.get(offset);
    if (remembered !== undefined && segments.includes(remembered.baseOffset)) return remembered;
    const baseOffset = segments.findLast((base) => base <= offset) ?? segments[0] ?? 0n;
    return { offset: baseOffset, baseOffset, position: SEGMENT_HEADER_BYTES };
  }

  function remember(place: LogPlace): void {
    places.set(place.offset, place);
    for (const oldest of places.keys()) {
      if (places.size <= MAX_REMEMBERED_PLACES) break;
      places.delete(oldest);
    }
  }

  async function readFromFile(offset: bigint, limits: ReadLimits): Promise<readonly BusRecord[]> {
    let place = placeOf(offset);
    for (;;) {
      const isActive = place.baseOffset === segments.at(-1);
      const path = pathOf(place.baseOffset);
      const segment = { topic, partition, path };
      const bounded = isActive ? { ...segment, durableBytes: active.size() } : segment;
      const until = isActive ? end : segments[segments.indexOf(place.baseOffset) + 1];
      const { records, next } = await readSegment(fileSystem, bounded, place, offset, limits);
      remember(next);
      if (records.length > 0 || until === undefined) return records;
      if (next.offset !== until) {
        const reason = `the file ends here, but the next segment begins at offset ${until}`;
        throw corruptRecord({ ...segment, file: path, ...next, reason });
      }
      if (isActive) return records;
      place = { offset: until, baseOffset: until, position: SEGMENT_HEADER_BYTES };
    }
  }

  const start = () => segments[0] ?? 0n;

  return {
    append: (records) =>
      new Promise((resolve, reject) => {
        if (closed) {
          return reject(new ProvostError('bus.unavailable', `the log of ${topic} is closed`));
        }
        const bytes = records.reduce((sum, { key, value, headers = {} }) => {
          return sum + frameBytes({ key, value, headers });
        }, 0);
        queue.push({ records, bytes, resolve, reject });
        draining ??= drain();
      }),
    read: async (offset, limits) => {
      const oldest = start();
      // A new group may ask for the beginning of a log whose first segments are gone.
      let from = offset;
      if (from < oldest) from = oldest;
      if (from >= end) return [];
      return cache.read(from, limits) ?? (await readFromFile(from, limits));
    },
    waitFor: (offset, signal) =>
      new Promise((resolve) => {
        if (end > offset || signal.aborted) return resolve();
        const wake = () => {
          if (end <= offset && !signal.aborted) return;
          waiters.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiters.add(wake);
        signal.addEventListener('abort', wake);
      }),
    start,
    end: () => end,
    trim: async (acknowledged, keepBytes) => {
      const doomed: bigint[] = [];
      for (;;) {
        const [oldest, second] = segments;
        if (oldest === undefined || second === undefined || second > acknowledged) break;
        const bytes = closedSizes.get(oldest) ?? 0;
        if (closedBytes - bytes + active.size() < keepBytes) break;
        // Out of the list first: nobody begins to read a file that is being deleted.
        segments.shift();
        closedSizes.delete(oldest);
        closedBytes -= bytes;
        doomed.push(oldest);
      }
      // Oldest first: a crash in between leaves a row of segments without a gap.
      for (const base of doomed) await fileSystem.remove(pathOf(base));
      if (doomed.length > 0) await fileSystem.syncDirectory(directory);
    },
    close: async () => {
      closed = true;
      await draining;
      await active.file.close();
    },
  };
}
