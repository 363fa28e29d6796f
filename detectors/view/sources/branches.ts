import {
  countRows,
  fieldsOf,
  packNumber,
  toCell,
  unpackNumber,
  withNewestRow,
  withRow,
} from '../packed-rows.ts';
import { MAX_BRANCHES } from './sources-view.ts';

/** Below every count: a branch that was rewritten once may be again, however often it is updated in between. */
const REWRITTEN = -1;

/** How often a branch was updated that was never rewritten; 0 for any other. `branches` are rows of packed-rows.ts. */
export function plainUpdatesOf(branches: string, name: string): number {
  return Math.max(0, unpackNumber(fieldsOf(branches, toCell(name))));
}

/** The branches with one more update; of more than the limit the one unmoved for longest is forgotten. */
export function countUpdate(branches: string, name: string, isRewrite: boolean): string {
  const branch = toCell(name);
  const updates = unpackNumber(fieldsOf(branches, branch));
  const fields = packNumber(isRewrite || updates === REWRITTEN ? REWRITTEN : updates + 1);
  // Which ones are in use shows again while the second half fills.
  return countRows(branches) < MAX_BRANCHES / 2
    ? withRow(branches, branch, fields)
    : withNewestRow(branches, branch, fields, MAX_BRANCHES);
}
