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
import type { IdentityFilter } from './identity-filter.ts';
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
  /** Looks up which of the events may be in storage already; call it before {@link Stager.stage} of the same events. */
  readonly findKnown: (events: readonly ProvostEvent[]) => Promise<KnownIdentities>;
  /** Writes the row of a new entry, and nothing of any other event. */
  readonly stage: (event: ProvostEvent, known: KnownIdentities, rows: RowBuffer) => StagedEvent;
  /** The entry is committed: from now on storage answers for its identity. */
  readonly forget: (entry: StoredEntry) => void;
};

type KnownIdentities = ReadonlyMap<string, IdentityMatch>;

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
    findKnown: async (events) => {
      const known = new Map<string, IdentityMatch>();
      const suspects: ProvostEvent[] = [];
      for (const event of events) {
        const since = toColumnTime(event.receivedtime) - IDENTITY_WINDOW_MS;
        if (!identities.mayHave(hashIdentity(event.source, event.id), since)) continue;
        const waiting = pending.get(identityKey(event));
        // It may be committed and forgotten before the answer is used, so it is remembered here.
        if (waiting !== undefined) known.set(identityKey(event), toMatch(waiting));
        else suspects.push(event);
      }
      if (suspects.length === 0) return known;
      const stored = await findStoredIdentities(clickHouse, shard, committed(), suspects);
      for (const [key, match] of stored) known.set(key, match);
      return known;
    },
    stage: (event, known, rows) => {
      const key = identityKey(event);
      const receivedAt = toColumnTime(event.receivedtime);
      const waiting = pending.get(key);
      const match = waiting === undefined ? known.get(key) : toMatch(waiting);
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
      identities.add(hashIdentity(event.source, event.id), receivedAt);
      // The text is written and let go here: kept until the commit, it would be most of the garbage.
      writeEntryRow(rows, entry, leaf.value, deriveColumns(event));
      return { kind: 'entry', entry, blob, tiles: tree.append(leafHash) };
    },
    forget: (entry) => {
      const key = identityKey(entry.event);
      // After 32 days an id is free again: a later entry may have it by now.
      if (pending.get(key) === entry) pending.delete(key);
    },
  };
}

function dataOf(event: ProvostEvent): JsonObject {
  return event.data as unknown as JsonObject;
}

function toMatch({ index, event, leaf }: StoredEntry): IdentityMatch {
  return { index, receivedAt: toColumnTime(event.receivedtime), leaf };
}
