import type { EntryRef } from '../project-view.ts';
import { USE_KINDS, type UseKind } from './uses-of.ts';

/** A use as the view remembers it. */
export type UseRecord = {
  readonly kind: UseKind;
  readonly what: string;
  readonly ref: EntryRef;
  /** Keys of its ingredients, or the key of the list that has them. */
  readonly keys: readonly number[] | number;
  readonly makes: readonly number[];
};

type Packed = readonly [
  number,
  string,
  number,
  number,
  string,
  string,
  readonly number[] | number,
  readonly number[],
];

/** The use as one flat line: a fifth of the memory of the objects, and nobody reads it before a taint comes. */
export function packUse({ kind, what, ref, keys, makes }: UseRecord): string {
  const packed: Packed = [
    USE_KINDS.indexOf(kind),
    what,
    ref.shard,
    ref.index,
    ref.source,
    ref.id,
    keys,
    makes,
  ];
  return JSON.stringify(packed);
}

export function unpackUse(line: string): UseRecord {
  const [kind, what, shard, index, source, id, keys, makes] = JSON.parse(line) as Packed;
  return {
    kind: USE_KINDS[kind] ?? 'image',
    what,
    ref: { shard, index, source, id },
    keys,
    makes,
  };
}
