import type { ProvostEvent } from '../../core/events/event.ts';
import type { StoredEntry, TagChange, TagHistoryQuery } from '../ledger.ts';
import type { ClickHouse } from './click-house.ts';
import { readCommittedSizes } from './committed-sizes.ts';
import { readPlaces } from './stored-entries.ts';
import { toColumnTime } from './tsv.ts';

const CANDIDATES = `
SELECT shard, toString(leaf_index) AS place FROM entries
WHERE repository = {repository:String}
AND (
  (type IN ('artifact.pushed', 'tag.moved', 'tag.deleted') AND has(tags, {tag:String}))
  OR type IN ('artifact.deleted', 'repository.deleted')
)
AND time <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
AND leaf_index < transform(shard, {shards:Array(UInt32)}, {sizes:Array(UInt64)}, toUInt64(0))
ORDER BY received_time, shard, leaf_index LIMIT 1 BY shard, leaf_index`;

const PAGE = 1000;
const FOREVER = '9999-12-31T23:59:59Z';

/** Everything that happened to a tag up to a moment, in ledger order; each change says where the tag then points. */
export async function readTagHistory(
  clickHouse: ClickHouse,
  query: TagHistoryQuery,
): Promise<readonly TagChange[]> {
  const sizes = await readCommittedSizes(clickHouse);
  if (sizes.size === 0) return [];
  const rows = await clickHouse.rows<{ shard: number; place: string }>(CANDIDATES, {
    repository: query.repository,
    tag: query.tag,
    at: toColumnTime(query.at ?? FOREVER),
    shards: [...sizes.keys()],
    sizes: [...sizes.values()],
  });
  const places = rows.map((row) => ({ shard: Number(row.shard), index: Number(row.place) }));
  const changes: TagChange[] = [];
  for (let from = 0; from < places.length; from += PAGE) {
    for (const entry of await readPlaces(clickHouse, places.slice(from, from + PAGE))) {
      const change = changeOf(entry, query.tag, changes.at(-1)?.digest);
      if (change !== undefined) changes.push(change);
    }
  }
  return changes;
}

/** What an entry does to a tag that points to `current`, or undefined when it leaves the tag alone. */
function changeOf(
  { shard, index, event }: StoredEntry,
  tag: string,
  current: string | undefined,
): TagChange | undefined {
  const target = targetOf(event, tag, current);
  if (target === undefined) return undefined;
  return {
    shard,
    index,
    time: event.time,
    type: event.type,
    digest: target.digest,
    previous: current ?? target.claimedPrevious,
    actor: target.actor,
  };
}

type Target = {
  readonly digest: string | undefined;
  /** What the event says that the tag pointed to before; counts only when the ledger does not know. */
  readonly claimedPrevious?: string | undefined;
  readonly actor: string;
};

function targetOf(
  event: ProvostEvent,
  tag: string,
  current: string | undefined,
): Target | undefined {
  switch (event.type) {
    case 'artifact.pushed':
      return event.data.tags.includes(tag)
        ? { digest: event.data.digest, actor: event.data.actor?.name ?? '' }
        : undefined;
    case 'tag.moved':
      return {
        digest: event.data.to,
        claimedPrevious: event.data.from ?? undefined,
        actor: event.data.actor?.name ?? '',
      };
    case 'tag.deleted':
      return {
        digest: undefined,
        claimedPrevious: event.data.digest,
        actor: event.data.actor?.name ?? '',
      };
    case 'artifact.deleted': {
      const gone = event.data.digest === current || event.data.tags?.includes(tag) === true;
      return gone
        ? {
            digest: undefined,
            claimedPrevious: event.data.digest,
            actor: event.data.actor?.name ?? '',
          }
        : undefined;
    }
    case 'repository.deleted':
      return current === undefined
        ? undefined
        : { digest: undefined, actor: event.data.actor?.name ?? '' };
    default:
      return undefined;
  }
}
