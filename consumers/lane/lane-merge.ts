import type { Entry } from '../../services/core/events/event.ts';

/** An entry that waits for what other shards received before it. */
type HeldEntry = { readonly received: number; readonly entry: Entry };

/** Entries held at most; beyond it the older half goes on without waiting longer. */
const MAX_HELD = 100_000;

/**
 * One order for the entries of all shards: by the time of reception, then by source and id, which are the same however
 * the ledger is split. An entry is held until nothing that was received before it can come any more.
 */
export type LaneMerge = {
  readonly hold: (entry: Entry) => void;
  /** Takes out what was received up to the moment, in order; and more when too much is held. */
  readonly release: (watermark: number) => readonly Entry[];
  readonly held: () => readonly Entry[];
};

export function createLaneMerge(entries: readonly Entry[] = []): LaneMerge {
  let held: HeldEntry[] = entries.map(toHeld);
  return {
    hold: (entry) => {
      held.push(toHeld(entry));
    },
    release: (watermark) => {
      if (held.length === 0) return [];
      held.sort(compareHeld);
      let count = held.length > MAX_HELD ? held.length >> 1 : 0;
      while (count < held.length && (held[count]?.received ?? watermark) <= watermark) count += 1;
      const released = held.slice(0, count);
      held = held.slice(count);
      return released.map(({ entry }) => entry);
    },
    held: () => held.map(({ entry }) => entry),
  };
}

function toHeld(entry: Entry): HeldEntry {
  return { received: Date.parse(entry.event.receivedtime), entry };
}

function compareHeld(one: HeldEntry, other: HeldEntry): number {
  return (
    one.received - other.received ||
    compareText(one.entry.event.source, other.entry.event.source) ||
    compareText(one.entry.event.id, other.entry.event.id)
  );
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
