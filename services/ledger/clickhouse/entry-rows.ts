import type { ProvostEvent } from '../../core/events/event.ts';
import { searchFields } from '../../core/events/search-fields.ts';
import type { InsertTarget } from './click-house.ts';
import type { RowBuffer } from './row-buffer.ts';
import { toColumnTime, tsvArray, tsvJson, tsvText, tsvTime } from './tsv.ts';

/** Where {@link writeEntryRow}'s rows go. The engine fills leaf_hash itself. */
export const ENTRIES: InsertTarget = {
  table: 'entries',
  columns: [
    'shard',
    'leaf_index',
    'leaf',
    'source',
    'id',
    'type',
    'project',
    'time',
    'received_time',
    'repository',
    'digests',
    'tags',
    'actor',
  ],
};

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

/** Adds one row for {@link ENTRIES}. */
export function writeEntryRow(
  rows: RowBuffer,
  place: { readonly shard: number; readonly index: number },
  leaf: { readonly text: string; readonly bytes: Uint8Array },
  columns: DerivedColumns,
): void {
  const { source, id, type, project, time, receivedTime, repository, digests, tags, actor } =
    columns;
  rows.text(`${place.shard}\t${place.index}\t`);
  // Canonical JSON has no raw control character: without a backslash its bytes are the field.
  if (leaf.text.includes('\\')) rows.text(tsvJson(leaf.text));
  else rows.raw(leaf.bytes);
  rows.text(
    `\t${tsvText(source)}\t${tsvText(id)}\t${type}\t${tsvText(project)}\t${tsvTime(time)}\t${tsvTime(receivedTime)}\t${tsvText(repository)}\t${tsvArray(digests)}\t${tsvArray(tags)}\t${tsvText(actor)}\n`,
  );
}
