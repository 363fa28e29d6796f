import type { LaneFact } from './view/lane-fact.ts';

/**
 * One order for the facts of all shards: by the time of reception, then by source and id, which are the same however
 * the ledger is split. A fact is held until nothing that was received before it can come any more.
 */
export type LaneMerge = {
  readonly hold: (fact: LaneFact) => void;
  /** Takes out what was received up to the moment, in order. */
  readonly release: (watermark: number) => readonly LaneFact[];
  readonly held: () => readonly LaneFact[];
};

export function createLaneMerge(facts: readonly LaneFact[] = []): LaneMerge {
  let held = [...facts];
  return {
    hold: (fact) => {
      held.push(fact);
    },
    release: (watermark) => {
      if (!held.some(({ received }) => received <= watermark)) return [];
      held.sort(compareFacts);
      const end = held.findIndex(({ received }) => received > watermark);
      const count = end === -1 ? held.length : end;
      const released = held.slice(0, count);
      held = held.slice(count);
      return released;
    },
    held: () => held,
  };
}

function compareFacts(one: LaneFact, other: LaneFact): number {
  return (
    one.received - other.received ||
    compareText(one.ref.source, other.ref.source) ||
    compareText(one.ref.id, other.ref.id)
  );
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
