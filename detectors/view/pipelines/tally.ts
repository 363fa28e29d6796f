import {
  countRows,
  fieldsOf,
  fromCell,
  joinFields,
  packNumber,
  readRows,
  splitFields,
  toCell,
  unpackNumber,
  withoutRow,
  withRow,
} from '../packed-rows.ts';
import { rememberLast } from '../remember-last.ts';

/** How often something was seen, and when first and last. */
export type Seen = {
  readonly key: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
};

/** Few things with how often each was seen, in the order in which they were first seen, packed by packed-rows.ts. */
export type Tally = string;

export const EMPTY_TALLY: Tally = '';

export function seenIn(tally: Tally, key: string): Seen | undefined {
  if (tally === EMPTY_TALLY) return undefined;
  const cell = toCell(key);
  const fields = fieldsOf(tally, cell);
  return fields === undefined ? undefined : toSeen(key, splitFields(fields));
}

/** How many things were seen. */
export const sizeOf = countRows;

export function readTally(tally: Tally): readonly Seen[] {
  return readRows(tally).map(([cell = '', ...fields]) => toSeen(fromCell(cell), fields));
}

export function totalOf(tally: Tally): number {
  return readTally(tally).reduce((total, { count: times }) => total + times, 0);
}

/** The tally with one more; beyond the limit the one unseen for longest is forgotten. */
export function count(tally: Tally, key: string, at: number, limit: number): Tally {
  for (const { before, key: other, at: then, limit: most, after } of lately) {
    if (at === then && limit === most && key === other && tally === before) return after;
  }
  const after = countAnew(tally, key, at, limit);
  lately[next] = { before: tally, key, at, limit, after };
  next = (next + 1) % LATELY;
  return after;
}

/**
 * What was counted of the last run. Most sources have one workflow and fill one repository, so that the same was
 * counted of all three: then one text serves them, and is put together once.
 */
const lately: {
  readonly before: Tally;
  readonly key: string;
  readonly at: number;
  readonly limit: number;
  readonly after: Tally;
}[] = [];
const LATELY = 8;
let next = 0;

function countAnew(tally: Tally, key: string, at: number, limit: number): Tally {
  const cell = toCell(key);
  const now = packTime(at);
  const known = fieldsOf(tally, cell);
  if (known === undefined) {
    const grown = withRow(tally, cell, joinFields(now, now, ONCE));
    return sizeOf(grown) <= limit ? grown : withoutStalest(grown);
  }
  const [first = now, last = now, times] = splitFields(known);
  const latest = at > unpackNumber(last) ? now : last;
  return withRow(tally, cell, joinFields(first, latest, packNumber(unpackNumber(times) + 1)));
}

const ONCE = packNumber(1);

/** One event is counted in half a dozen tallies. */
const packTime = rememberLast(packNumber);

/** The newest was seen just now, whatever its clock says. */
function withoutStalest(tally: Tally): Tally {
  const [oldest, ...others] = readTally(tally).slice(0, -1);
  if (oldest === undefined) return tally;
  const stalest = others.reduce((least, seen) => (seen.last < least.last ? seen : least), oldest);
  return withoutRow(tally, toCell(stalest.key));
}

function toSeen(key: string, [first, last, times]: readonly string[]): Seen {
  return {
    key,
    first: unpackNumber(first),
    last: unpackNumber(last),
    count: unpackNumber(times),
  };
}
