import type { EntryRef } from '../project-view.ts';
import { shareText } from '../shared-text.ts';
import { USE_KINDS, type UseKind } from './uses-of.ts';

/** A use as the view remembers it. */
type UseRecord = {
  readonly kind: UseKind;
  readonly what: string;
  readonly ref: EntryRef;
  /** Keys of its ingredients, or the key of the list that has them. */
  readonly keys: readonly number[] | number;
  readonly makes: readonly number[];
};

/**
 * Uses, oldest first, in two columns that every use adds to: less memory than an object each, and nobody reads them
 * before a taint comes. Keys stay numbers, because writing 53 bits as decimals costs more than all the rest.
 */
export type UseLog = {
  count: number;
  /** For each use: kind, shard, index, how many keys it makes and takes (or {@link LISTED}), and these keys. */
  numbers: number[];
  /** For each use: what, and the source and id of its entry. */
  words: string[];
};

/** In place of the number of keys taken: the one key that follows is that of a list. */
const LISTED = -1;
const HEAD = 5;
const WORDS = 3;

export function createUseLog(): UseLog {
  return { count: 0, numbers: [], words: [] };
}

export function addUse(log: UseLog, { kind, what, ref, keys, makes }: UseRecord): void {
  const { numbers, words } = log;
  const isListed = typeof keys === 'number';
  const taken = isListed ? LISTED : keys.length;
  numbers.push(USE_KINDS.indexOf(kind), ref.shard, ref.index, makes.length, taken);
  for (const key of makes) numbers.push(key);
  if (isListed) numbers.push(keys);
  else for (const key of keys) numbers.push(key);
  words.push(shareText(what), shareText(ref.source), ref.id);
  log.count += 1;
}

/** Forgets the oldest uses; it copies the rest, so it is done seldom. */
export function keepNewestUses(log: UseLog, limit: number): void {
  const dropped = log.count - limit;
  if (dropped <= 0) return;
  let start = 0;
  for (let use = 0; use < dropped; use += 1) start = endOf(log, start);
  log.numbers = log.numbers.slice(start);
  log.words = log.words.slice(dropped * WORDS);
  log.count = limit;
}

/** Calls for each use that makes or takes a key in question: those are few, and only they are read as a whole. */
export function visitUses(
  log: UseLog,
  isAsked: (key: number) => boolean,
  isAskedList: (key: number) => boolean,
  visit: (position: number, use: UseRecord) => void,
): void {
  const { numbers, count } = log;
  let start = 0;
  for (let position = 0; position < count; position += 1) {
    const end = endOf(log, start);
    const listAt = numbers[start + 4] === LISTED ? end - 1 : end;
    let asked = listAt < end && isAskedList(numbers[listAt] ?? 0);
    for (let at = start + HEAD; at < listAt && !asked; at += 1) asked = isAsked(numbers[at] ?? 0);
    if (asked) visit(position, readUse(log, position, start, end));
    start = end;
  }
}

function readUse({ numbers, words }: UseLog, position: number, start: number, end: number) {
  const [kind = 0, shard = 0, index = 0, made = 0, taken = 0] = numbers.slice(start, start + HEAD);
  const from = start + HEAD + made;
  const [what = '', source = '', id = ''] = words.slice(position * WORDS, (position + 1) * WORDS);
  return {
    kind: USE_KINDS[kind] ?? 'image',
    what,
    ref: { shard, index, source, id },
    keys: taken === LISTED ? (numbers[from] ?? 0) : numbers.slice(from, end),
    makes: numbers.slice(start + HEAD, from),
  };
}

/** Where the use that starts here ends. */
function endOf({ numbers }: UseLog, start: number): number {
  const taken = numbers[start + 4] ?? 0;
  return start + HEAD + (numbers[start + 3] ?? 0) + (taken === LISTED ? 1 : taken);
}
