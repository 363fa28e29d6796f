import type { EventData } from '../../../services/core/events/catalogue.ts';
import {
  fieldsOf,
  fromCell,
  joinFields,
  packNumber,
  readRows,
  toCell,
  unpackNumber,
  withNewestRow,
} from '../packed-rows.ts';
import { rememberLast } from '../remember-last.ts';
import { commitKey, shortWord } from './commits.ts';
import { MAX_RUNS } from './sources-view.ts';

export type LastRun = {
  readonly at: number;
  /** As commits.ts shortens it; empty when the run named none. */
  readonly commit: string;
  /** Empty when the run named none. */
  readonly ref: string;
};

const runKey = rememberLast(shortWord);

/** The last runs of a source with this one as the newest, each a row of packed-rows.ts by its shortened id. */
export function rememberRun(
  runs: string,
  run: Pick<EventData<'build.finished'>, 'runId' | 'commit' | 'ref'>,
  at: number,
): string {
  const commit = run.commit === undefined ? '' : commitKey(run.commit);
  const fields = joinFields(packNumber(at), commit, toCell(run.ref ?? ''));
  return withNewestRow(runs, runKey(run.runId), fields, MAX_RUNS);
}

export function recallsRun(runs: string, runId: string): boolean {
  return fieldsOf(runs, runKey(runId)) !== undefined;
}

/** The runs that are remembered, oldest first. */
export function readRuns(runs: string): readonly LastRun[] {
  return readRows(runs).map(([, at, commit = '', ref = '']) => ({
    at: unpackNumber(at),
    commit,
    ref: fromCell(ref),
  }));
}
