import { searchFields } from '../../services/core/events/search-fields.ts';
import type { StoredEntry, TagChange, TagHistoryQuery } from '../../services/ledger/ledger.ts';

/** Every change of one tag up to a moment, in the ledger's order; a push that sets the same digest again counts too. */
export function foldTagHistory(
  entries: readonly StoredEntry[],
  query: TagHistoryQuery,
): readonly TagChange[] {
  const until = query.at === undefined ? Number.POSITIVE_INFINITY : Date.parse(query.at);
  const ordered = entries
    .filter(({ event }) => Date.parse(event.time) <= until)
    .sort((a, b) => a.shard - b.shard || a.index - b.index);
  const changes: TagChange[] = [];
  let current: string | undefined;
  for (const entry of ordered) {
    const next = digestAfter(entry, query, current);
    if (next === undefined) continue;
    const { event, shard, index } = entry;
    const digest = next === 'gone' ? undefined : next;
    const actor = searchFields(event).actor;
    const { time, type } = event;
    changes.push({ shard, index, time, type, digest, previous: current, actor });
    current = digest;
  }
  return changes;
}

/** The digest that the event sets, 'gone' when it takes the tag away, undefined when it does not touch it. */
function digestAfter(
  { event }: StoredEntry,
  { repository, tag }: TagHistoryQuery,
  current: string | undefined,
): string | undefined {
  if (searchFields(event).repository !== repository) return undefined;
  switch (event.type) {
    case 'artifact.pushed':
      return event.data.tags.includes(tag) ? event.data.digest : undefined;
    case 'tag.moved':
      return event.data.tag === tag ? event.data.to : undefined;
    case 'tag.deleted':
      return event.data.tag === tag ? 'gone' : undefined;
    case 'artifact.deleted':
      return current === event.data.digest ? 'gone' : undefined;
    case 'repository.deleted':
      return current === undefined ? undefined : 'gone';
    default:
      return undefined;
  }
}
