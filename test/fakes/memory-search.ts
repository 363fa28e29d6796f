import { searchFields } from '../../services/core/events/search-fields.ts';
import { formatCursor, parseCursor } from '../../services/ledger/clickhouse/search-cursor.ts';
import type { EntryPage, EntryQuery, StoredEntry } from '../../services/ledger/ledger.ts';

/** One page by keyset, in ledger order: by index within one shard, by received time across shards. */
export function searchEntries(entries: readonly StoredEntry[], query: EntryQuery): EntryPage {
  const direction = query.order === 'oldest' ? 1 : -1;
  const after = query.cursor === undefined ? undefined : keyOf(query, query.cursor);
  const matching = entries
    .filter((entry) => matches(entry, query))
    .map((entry) => ({ entry, key: keyOfEntry(entry, query) }))
    .sort((a, b) => direction * compare(a.key, b.key))
    .filter(({ key }) => after === undefined || direction * compare(key, after) > 0);
  const page = matching.slice(0, query.limit);
  const last = page.at(-1);
  const more = matching.length > page.length && last !== undefined;
  const found = page.map(({ entry }) => entry);
  if (!more) return { entries: found };
  const [receivedAt, shard, index] = last.key;
  return { entries: found, next: formatCursor(query, { receivedAt, shard, index }) };
}

type Key = readonly [number, number, number];

function matches({ event, shard }: StoredEntry, query: EntryQuery): boolean {
  const fields = searchFields(event);
  const at = Date.parse(event.time);
  return (
    (query.shard === undefined || shard === query.shard) &&
    (query.project === undefined || event.project === query.project) &&
    (query.source === undefined || event.source === query.source) &&
    (query.types === undefined || query.types.includes(event.type)) &&
    (query.repository === undefined || fields.repository === query.repository) &&
    (query.digest === undefined || fields.digests.includes(query.digest)) &&
    (query.tag === undefined || fields.tags.includes(query.tag)) &&
    (query.actor === undefined || fields.actor === query.actor) &&
    (query.from === undefined || at >= Date.parse(query.from)) &&
    (query.to === undefined || at < Date.parse(query.to))
  );
}

function keyOfEntry({ event, shard, index }: StoredEntry, query: EntryQuery): Key {
  return [query.shard === undefined ? Date.parse(event.receivedtime) : 0, shard, index];
}

function keyOf(query: EntryQuery, cursor: string): Key {
  const { receivedAt, shard, index } = parseCursor(query, cursor);
  return [receivedAt, shard, index];
}

function compare(a: Key, b: Key): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
