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

const FIELDS = 8;

/**
 * The use as one flat line: a fifth of the memory of the objects, and nobody reads it before a taint comes. What a
 * sender has chosen comes last, with the lengths before it, so that no text can be taken for another field.
 */
export function packUse({ kind, what, ref, keys, makes }: UseRecord): string {
  const ingredients = typeof keys === 'number' ? `#${keys}` : keys.length === 0 ? '' : keys.join();
  const { shard, index, source, id } = ref;
  return [
    USE_KINDS.indexOf(kind),
    shard,
    index,
    ingredients,
    makes.length === 1 ? makes[0] : makes.join(),
    what.length,
    source.length,
    what + source + id,
  ].join('\t');
}

export function unpackUse(line: string): UseRecord {
  const fields = line.split('\t', FIELDS - 1);
  const [kind, shard, index, ingredients = '', makes = '', what, source] = fields;
  const words = line.slice(fields.join('\t').length + 1);
  const first = Number(what);
  const second = first + Number(source);
  return {
    kind: USE_KINDS[Number(kind)] ?? 'image',
    what: words.slice(0, first),
    ref: {
      shard: Number(shard),
      index: Number(index),
      source: words.slice(first, second),
      id: words.slice(second),
    },
    keys: ingredients.startsWith('#') ? Number(ingredients.slice(1)) : numbersIn(ingredients),
    makes: numbersIn(makes),
  };
}

function numbersIn(text: string): readonly number[] {
  return text === '' ? [] : text.split(',').map(Number);
}
