import type { EntryRef } from './project-view.ts';

/** What an entry told, with its mark and the source of its event. */
export type Marked = { readonly mark: EntryMark; readonly producer: string };

/**
 * When and where an entry was, as one text of half the memory of an {@link EntryRef} with its time: milliseconds since
 * the epoch, shard and index in base 36, and the event's id.
 */
export type EntryMark = string;

export function markOf({ shard, index, id }: EntryRef, at: number): EntryMark {
  return [at.toString(36), shard.toString(36), index.toString(36), id].join(' ');
}

/** When the marked entry happened. */
export function markedAt({ mark }: Marked): number {
  return Number.parseInt(mark, 36);
}

/** The reference to the marked entry. */
export function markedRef({ mark, producer }: Marked): EntryRef {
  const shard = mark.indexOf(' ') + 1;
  const index = mark.indexOf(' ', shard) + 1;
  const id = mark.indexOf(' ', index) + 1;
  return {
    shard: Number.parseInt(mark.slice(shard, index), 36),
    index: Number.parseInt(mark.slice(index, id), 36),
    source: producer,
    id: mark.slice(id),
  };
}
