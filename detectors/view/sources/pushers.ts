import {
  fieldsOf,
  fromCell,
  joinFields,
  packNumber,
  readRows,
  splitFields,
  toCell,
  unpackNumber,
  withNewestRow,
} from '../packed-rows.ts';
import { MAX_PUSHERS } from './sources-view.ts';

export type PusherView = {
  readonly first: number;
  readonly last: number;
  /** Updates of refs, and of tags among them. */
  readonly count: number;
  readonly tags: number;
  /** Updates whose commit somebody else had written and committed. */
  readonly foreign: number;
};

/** Who pushed to the source so far, of pushers that are rows of packed-rows.ts; undefined for a stranger. */
export function readPusher(pushers: string, name: string): PusherView | undefined {
  const fields = fieldsOf(pushers, toCell(name));
  return fields === undefined ? undefined : toPusher(splitFields(fields));
}

/** By name, the one unseen for longest first. */
export function readPushers(pushers: string): ReadonlyMap<string, PusherView> {
  return new Map(
    readRows(pushers).map(([name = '', ...fields]) => [fromCell(name), toPusher(fields)]),
  );
}

/** The pushers with one more update; of more than the limit the one unseen for longest is forgotten. */
export function countPush(
  pushers: string,
  name: string,
  { at, isTag, isForeign }: { at: number; isTag: boolean; isForeign: boolean },
): string {
  const known = readPusher(pushers, name) ?? NOBODY;
  const fields = joinFields(
    packNumber(known.count === 0 ? at : known.first),
    packNumber(known.count === 0 ? at : Math.max(known.last, at)),
    packNumber(known.count + 1),
    packNumber(known.tags + (isTag ? 1 : 0)),
    packNumber(known.foreign + (isForeign ? 1 : 0)),
  );
  return withNewestRow(pushers, toCell(name), fields, MAX_PUSHERS);
}

const NOBODY: PusherView = { first: 0, last: 0, count: 0, tags: 0, foreign: 0 };

function toPusher([first, last, count, tags, foreign]: readonly string[]): PusherView {
  return {
    first: unpackNumber(first),
    last: unpackNumber(last),
    count: unpackNumber(count),
    tags: unpackNumber(tags),
    foreign: unpackNumber(foreign),
  };
}
