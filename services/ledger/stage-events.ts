import type { Problem } from '../core/errors.ts';
import { problem } from '../core/errors.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import type { JsonObject } from '../core/json/json-value.ts';
import { hashLeaf } from '../core/merkle/hash-leaf.ts';
import type { ClickHouse } from './clickhouse/click-house.ts';
import { deriveColumns, writeEntryRow } from './clickhouse/entry-rows.ts';
import type { RowBuffer } from './clickhouse/row-buffer.ts';
import {
  findStoredIdentities,
  IDENTITY_WINDOW_MS,
  type IdentityMatch,
  identityKey,
} from './clickhouse/stored-identities.ts';
import { toColumnTime } from './clickhouse/tsv.ts';
import type { IdentityFilter, IdentityHash } from './identity-filter.ts';
import { hashIdentity } from './identity-hash.ts';
import { type Blob, bodyDigest, parseLeaf, sentPart, toEvent, toLeaf } from './leaf.ts';
import { createLeafMemory } from './leaf-memory.ts';
import type { StoredEntry } from './ledger.ts';
import type { CompletedTile, TileBuilder } from './tile-builder.ts';

/** What became of one event of a batch. */
export type StagedEvent =
  | {
      readonly kind: 'entry';
      readonly entry: StoredEntry;
      /** {@link identityKey} of its event. */
      readonly key: string;
      readonly blob: Blob | undefined;
      readonly tiles: readonly CompletedTile[];
    }
  | { readonly kind: 'duplicate'; readonly event: ProvostEvent; readonly index: number }
  | {
      readonly kind: 'refused';
      readonly event: ProvostEvent;
      readonly problem: Problem;
      readonly index: number | undefined;
    };

/** Turns events into rows in order; owns the tree and the identities of one shard. */
type Stager = {
  /** Looks up which of the events are in storage already; {@link Stager.stage} takes them in the same order. */
  readonly identify: (events: readonly ProvostEvent[]) => Promise<readonly IdentifiedEvent[]>;
  /** Writes the row of a new entry, and nothing of any other event. */
  readonly stage: (identified: IdentifiedEvent, rows: RowBuffer) => StagedEvent;
  /** The entry is committed: from now on storage answers for its identity. */
  readonly forget: (key: string, entry: StoredEntry) => void;
};

/** An event with what is derived from its identity once: it is needed several times for each event. */
type IdentifiedEvent = {
  readonly event: ProvostEvent;
  readonly key: string;
  readonly hash: IdentityHash;
  readonly receivedAt: number;
  /** The entry that had the identity when it was looked up. */
  readonly match: IdentityMatch | undefined;
};

type StagerOptions = {
  readonly clickHouse: ClickHouse;
  readonly shard: number;
  readonly tree: TileBuilder;
  readonly identities: IdentityFilter;
  /** Entries committed so far: rows from here on in storage are not adopted by anybody yet. */
  readonly committed: () => number;
};

export function createStager(options: StagerOptions): Stager {
  const { clickHouse, shard, tree, identities, committed } = options;
  /** Entries that are staged and not committed: only memory knows them. */
  const pending = new Map<string, StoredEntry>();
  const encode = createLeafMemory();

  const compare = (
    event: ProvostEvent,
    index: number,
    stored: JsonObject | undefined,
  ): StagedEvent => {
    const leaf = toLeaf(event);
    const sent = leaf.ok ? parseLeaf(leaf.value.bytes) : undefined;
    if (stored !== undefined && sent !== undefined && sentPart(stored) === sentPart(sent)) {
      // Equal bodies: where the leaf names `data` by digest, the event's own is the one.
      const body = bodyDigest(stored) === undefined ? undefined : dataOf(event);
      return { kind: 'duplicate', event: toEvent(stored, body), index };
    }
    return {
      kind: 'refused',
      event,
      index,
      problem: problem(
        'event.id-reused',
        `expected an id that is new for its source: entry ${index} of shard ${shard} has it with another body`,
      ),
    };
  };

  return {
    identify: async (events) => {
      const identified = events.map((event) => identify(event, pending, identities));
      const suspects = identified.filter(({ suspect }) => suspect);
      if (suspects.length === 0) return identified;
      const stored = await findStoredIdentities(
        clickHouse,
        shard,
        committed(),
        suspects.map(({ event }) => event),
      );
      return identified.map((one) => (one.suspect ? { ...one, match: stored.get(one.key) } : one));
    },
    stage: ({ event, key, hash, receivedAt, match: known }, rows) => {
      const waiting = pending.get(key);
      const match = waiting === undefined ? known : toMatch(waiting);
      if (match !== undefined && match.receivedAt >= receivedAt - IDENTITY_WINDOW_MS) {
        const stored = parseLeaf(match.leaf);
        // Equal bodies: the event's own `data` is the one that a leaf names by digest.
        return compare(event, match.index, stored);
      }
      const leaf = toLeaf(event, encode);
      if (!leaf.ok) return { kind: 'refused', event, problem: leaf.problem, index: undefined };
      const { bytes, blob } = leaf.value;
      const index = tree.size();
      const leafHash = hashLeaf(bytes);
      const entry: StoredEntry = { shard, index, event, leaf: bytes, leafHash };
      pending.set(key, entry);
      identities.add(hash, receivedAt);
      // The text is written and let go here: kept until the commit, it would be most of the garbage.
      writeEntryRow(rows, entry, leaf.value, deriveColumns(event));
      return { kind: 'entry', entry, key, blob, tiles: tree.append(leafHash) };
    },
    forget: (key, entry) => {
      // After 32 days an id is free again: a later entry may have it by now.
      if (pending.get(key) === entry) pending.delete(key);
    },
  };
}

function identify(
  event: ProvostEvent,
  pending: ReadonlyMap<string, StoredEntry>,
  identities: IdentityFilter,
): IdentifiedEvent & { readonly suspect: boolean } {
  const key = identityKey(event);
  const hash = hashIdentity(key);
  const receivedAt = toColumnTime(event.receivedtime);
  const mayBeKnown = identities.mayHave(hash, receivedAt - IDENTITY_WINDOW_MS);
  const waiting = mayBeKnown ? pending.get(key) : undefined;
  // It may be committed and forgotten before the answer is used, so it is remembered here.
  const match = waiting === undefined ? undefined : toMatch(waiting);
  return { event, key, hash, receivedAt, match, suspect: mayBeKnown && waiting === undefined };
}

function dataOf(event: ProvostEvent): JsonObject {
  return event.data as unknown as JsonObject;
}

function toMatch({ index, event, leaf }: StoredEntry): IdentityMatch {
  return { index, receivedAt: toColumnTime(event.receivedtime), leaf };
}
