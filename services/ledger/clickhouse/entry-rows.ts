import type { ProvostEvent } from '../../core/events/event.ts';
import { searchFields } from '../../core/events/search-fields.ts';
import { toColumnTime, tsvArray, tsvJson, tsvText, tsvTime } from './tsv.ts';

/** Where {@link entryRow} goes. The engine fills leaf_hash itself. */
export const ENTRY_COLUMNS =
  'entries (shard, leaf_index, leaf, source, id, type, project, time, received_time, repository, digests, tags, actor)';

/** Everything that a row says besides its leaf: a function of the event, so that fsck can derive it again. */
export type DerivedColumns = {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly project: string;
  /** Milliseconds since the epoch, within what the column holds. */
  readonly time: number;
  readonly receivedTime: number;
  readonly repository: string;
  readonly digests: readonly string[];
  readonly tags: readonly string[];
  readonly actor: string;
};

export function deriveColumns(event: ProvostEvent): DerivedColumns {
  const { repository, digests, tags, actor } = searchFields(event);
  return {
    source: event.source,
    id: event.id,
    type: event.type,
    project: event.project,
    time: toColumnTime(event.time),
    receivedTime: toColumnTime(event.receivedtime),
    repository,
    digests,
    tags,
    actor,
  };
}

/** One row for {@link ENTRY_COLUMNS}. */
export function entryRow(
  shard: number,
  index: number,
  leafText: string,
  columns: DerivedColumns,
): string {
  const { source, id, type, project, time, receivedTime, repository, digests, tags, actor } =
    columns;
  return `${shard}\t${index}\t${tsvJson(leafText)}\t${tsvText(source)}\t${tsvText(id)}\t${type}\t${tsvText(project)}\t${tsvTime(time)}\t${tsvTime(receivedTime)}\t${tsvText(repository)}\t${tsvArray(digests)}\t${tsvArray(tags)}\t${tsvText(actor)}\n`;
}
