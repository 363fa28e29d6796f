import { ProvostError } from '../core/errors.ts';
import type { Entry } from '../core/events/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type AlertsState, initialState } from './alert.ts';
import type { AlertFact } from './alert-facts.ts';
import {
  readSnapshot,
  SNAPSHOT_CONSUMER,
  SNAPSHOT_FORMAT,
  writeSnapshot,
} from './alerts-snapshot.ts';
import { foldEntry } from './evolve-alerts.ts';

/** The alerts of one shard, folded up to an index. */
export type ShardAlerts = {
  readonly state: AlertsState;
  readonly nextIndex: () => number;
  /**
   * Folds the entry and, from the ledger, whatever lies between it and the last one; entries that are folded already
   * mean nothing. Facts come in ledger order. Throws `ledger.entry-missing` rather than step over an entry.
   */
  readonly follow: (entry: Entry) => Promise<readonly AlertFact[]>;
  /** The same for an entry that is no fact of our own, and so means nothing here; what lies before it may. */
  readonly pass: (index: number) => Promise<readonly AlertFact[]>;
  /** Folds whatever the ledger has beyond the last entry. */
  readonly catchUp: () => Promise<void>;
  /** Saves a snapshot when enough has been folded since the last one. */
  readonly saveWhenDue: () => Promise<void>;
};

const SNAPSHOT_EVERY = 10_000;

/** Rebuilds a shard's alerts from the newest snapshot and the ledger's entries since; the bus is not asked. */
export async function openShardAlerts(
  ledger: Pick<Ledger, 'scan' | 'size' | 'saveSnapshot' | 'latestSnapshot'>,
  shard: number,
): Promise<ShardAlerts> {
  const snapshot = await ledger.latestSnapshot(SNAPSHOT_CONSUMER, shard, SNAPSHOT_FORMAT);
  const restored = snapshot === undefined ? undefined : readSnapshot(snapshot.state);
  const state = restored ?? initialState();
  let nextIndex = restored === undefined ? 0 : (snapshot?.nextIndex ?? 0);
  let savedIndex = nextIndex;

  // A finding in a gap that is stepped over would never be heard of.
  const assertNext = (index: number): void => {
    if (index !== nextIndex)
      throw new ProvostError(
        'ledger.entry-missing',
        `expected entry ${nextIndex} of shard ${shard}, received ${index}`,
      );
  };
  const fold = (entry: Entry, facts: AlertFact[]): void => {
    assertNext(entry.index);
    // Folded and counted in one step, so that a scan that breaks off can go on.
    facts.push(...foldEntry(state, entry));
    nextIndex += 1;
  };
  const scan = async (to: number, facts: AlertFact[]): Promise<void> => {
    for await (const { index, event } of ledger.scan(shard, nextIndex, to))
      fold({ shard, index, event }, facts);
  };
  const catchUp = async () => await scan(await ledger.size(shard), []);
  await catchUp();

  return {
    state,
    nextIndex: () => nextIndex,
    follow: async (entry) => {
      const facts: AlertFact[] = [];
      if (entry.index > nextIndex) await scan(entry.index, facts);
      if (entry.index >= nextIndex) fold(entry, facts);
      return facts;
    },
    pass: async (index) => {
      const facts: AlertFact[] = [];
      if (index > nextIndex) await scan(index, facts);
      if (index >= nextIndex) {
        assertNext(index);
        nextIndex += 1;
      }
      return facts;
    },
    catchUp,
    saveWhenDue: async () => {
      if (nextIndex - savedIndex < SNAPSHOT_EVERY) return;
      const bytes = writeSnapshot(state);
      await ledger.saveSnapshot({
        consumer: SNAPSHOT_CONSUMER,
        shard,
        nextIndex,
        format: SNAPSHOT_FORMAT,
        state: bytes,
      });
      savedIndex = nextIndex;
    },
  };
}
