import type { BusRecord } from '../bus.ts';

/** The newest records of a partition, so that a consumer that keeps up never touches the disk. */
export type TailCache = {
  readonly add: (record: BusRecord, bytes: number) => void;
  /** Records from `offset` on within the limits, or undefined when that record is not held. */
  readonly read: (offset: bigint, limits: ReadLimits) => BusRecord[] | undefined;
};

export type ReadLimits = { readonly maxRecords: number; readonly maxBytes: number };

/** Guarantees that the held records are the newest ones without a gap, and take at most `maxBytes`. */
export function createTailCache(maxBytes: number): TailCache {
  let held: { readonly record: BusRecord; readonly bytes: number }[] = [];
  let first = 0;
  let heldBytes = 0;
  return {
    add: (record, bytes) => {
      held.push({ record, bytes });
      heldBytes += bytes;
      while (heldBytes > maxBytes && first < held.length) {
        heldBytes -= held[first]?.bytes ?? 0;
        first += 1;
      }
      if (first > 1_024 && first * 2 > held.length) {
        held = held.slice(first);
        first = 0;
      }
    },
    read: (offset, { maxRecords, maxBytes: limit }) => {
      const oldest = held[first]?.record.offset;
      if (oldest === undefined || offset < oldest) return undefined;
      const found: BusRecord[] = [];
      let bytes = 0;
      for (let index = first + Number(offset - oldest); index < held.length; index += 1) {
        const entry = held[index];
        if (entry === undefined || found.length >= maxRecords) break;
        bytes += entry.bytes;
        if (bytes > limit && found.length > 0) break;
        found.push(entry.record);
      }
      return found;
    },
  };
}
