import type { EntryPage, EntryQuery } from '../ledger.ts';
import type { ClickHouse } from './click-house.ts';
import { readCommittedSizes } from './committed-sizes.ts';
import { formatCursor, parseCursor, type SearchPosition } from './search-cursor.ts';
import { readPlaces } from './stored-entries.ts';
import { toColumnTime } from './tsv.ts';

type Clause = { readonly sql: string; readonly parameters: Readonly<Record<string, unknown>> };

const MAX_LIMIT = 1000;

/**
 * One page of committed entries that match, in ledger order: by index within one shard, by received time across
 * shards. Places are found first, on narrow columns; only the entries of the page are read whole.
 */
export async function searchEntries(clickHouse: ClickHouse, query: EntryQuery): Promise<EntryPage> {
  const limit = Math.min(Math.max(1, Math.trunc(query.limit)), MAX_LIMIT);
  const sizes = await readCommittedSizes(clickHouse);
  if (sizes.size === 0) return { entries: [] };
  const clauses = [...filtersOf(query), committedClause(sizes)];
  if (query.cursor !== undefined) clauses.push(after(query, parseCursor(query, query.cursor)));
  const direction = query.order === 'newest' ? 'DESC' : 'ASC';
  const order =
    query.shard === undefined
      ? `received_time ${direction}, shard ${direction}, leaf_index ${direction}`
      : `shard ${direction}, leaf_index ${direction}`;
  // Clauses are texts of this file; everything that came from outside is bound.
  const found = await clickHouse.rows<{ shard: number; place: string; received: string }>(
    `SELECT shard, toString(leaf_index) AS place, toString(toUnixTimestamp64Milli(received_time)) AS received
     FROM entries WHERE ${clauses.map((clause) => clause.sql).join(' AND ')}
     ORDER BY ${order} LIMIT 1 BY shard, leaf_index LIMIT {limit:UInt32}`,
    Object.assign({ limit: limit + 1 }, ...clauses.map((clause) => clause.parameters)),
  );
  const positions = found.map((row) => ({
    shard: Number(row.shard),
    index: Number(row.place),
    receivedAt: Number(row.received),
  }));
  const page = positions.slice(0, limit);
  const entries = await readPlaces(clickHouse, page);
  const last = page.at(-1);
  return positions.length > limit && last !== undefined
    ? { entries, next: formatCursor(query, last) }
    : { entries };
}

function filtersOf(query: EntryQuery): Clause[] {
  const clauses: Clause[] = [];
  const add = (sql: string, name: string, value: unknown): void => {
    if (value !== undefined) clauses.push({ sql, parameters: { [name]: value } });
  };
  add('shard = {shard:UInt32}', 'shard', query.shard);
  add('project = {project:String}', 'project', query.project);
  add('repository = {repository:String}', 'repository', query.repository);
  add('has(digests, {digest:String})', 'digest', query.digest);
  add('has(tags, {tag:String})', 'tag', query.tag);
  add('actor = {actor:String}', 'actor', query.actor);
  add('source = {source:String}', 'source', query.source);
  add('type IN {types:Array(String)}', 'types', query.types && [...query.types]);
  const at = (time: string | undefined) => (time === undefined ? undefined : toColumnTime(time));
  add("time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')", 'from', at(query.from));
  add("time < fromUnixTimestamp64Milli({to:Int64}, 'UTC')", 'to', at(query.to));
  return clauses;
}

function committedClause(sizes: ReadonlyMap<number, number>): Clause {
  return {
    sql: 'leaf_index < transform(shard, {shards:Array(UInt32)}, {sizes:Array(UInt64)}, toUInt64(0))',
    parameters: { shards: [...sizes.keys()], sizes: [...sizes.values()] },
  };
}

function after(query: EntryQuery, position: SearchPosition): Clause {
  const beyond = query.order === 'newest' ? '<' : '>';
  const { shard: afterShard, index: afterIndex, receivedAt: afterReceived } = position;
  return query.shard === undefined
    ? {
        sql: `(received_time, shard, leaf_index) ${beyond} (fromUnixTimestamp64Milli({afterReceived:Int64}, 'UTC'), {afterShard:UInt32}, {afterIndex:UInt64})`,
        parameters: { afterReceived, afterShard, afterIndex },
      }
    : { sql: `leaf_index ${beyond} {afterIndex:UInt64}`, parameters: { afterIndex } };
}
