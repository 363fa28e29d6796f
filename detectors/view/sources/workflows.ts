import type { BitWindow } from '../../windows/bit-window.ts';
import {
  countRows,
  fieldsOf,
  joinFields,
  joinWords,
  packNumber,
  splitFields,
  splitWords,
  toCell,
  unpackNumber,
  withNewestRow,
  withRow,
} from '../packed-rows.ts';
import { MAX_WORKFLOWS } from './sources-view.ts';

/** What runs of a workflow build, and who sets them off. */
export type WorkflowView = {
  runs: number;
  /** Of the last runs: had the commit been seen on a branch when the run began? */
  readonly seen: BitWindow;
  /** Kinds of ref that it ran on, newest last, as `refKind` names them. */
  readonly refs: string[];
  /** Who set it off, newest last. */
  readonly actors: string[];
};

/** The workflow of a source whose workflows are rows of packed-rows.ts; the empty path where builds name none. */
export function readWorkflow(workflows: string, path: string): WorkflowView | undefined {
  const fields = fieldsOf(workflows, toCell(path));
  if (fields === undefined) return undefined;
  const [runs, bits, count, refs = '', actors = ''] = splitFields(fields);
  return {
    runs: unpackNumber(runs),
    seen: { bits: unpackNumber(bits), count: unpackNumber(count) },
    refs: splitWords(refs),
    actors: splitWords(actors),
  };
}

export function createWorkflow(): WorkflowView {
  return { runs: 0, seen: { bits: 0, count: 0 }, refs: [], actors: [] };
}

/** The workflows with this one; of more than the limit the one unseen for longest is forgotten. */
export function writeWorkflow(
  workflows: string,
  path: string,
  { runs, seen, refs, actors }: WorkflowView,
): string {
  const fields = joinFields(
    packNumber(runs),
    packNumber(seen.bits),
    packNumber(seen.count),
    joinWords(refs),
    joinWords(actors),
  );
  // Which ones are in use shows again while the second half fills.
  return countRows(workflows) < MAX_WORKFLOWS / 2
    ? withRow(workflows, toCell(path), fields)
    : withNewestRow(workflows, toCell(path), fields, MAX_WORKFLOWS);
}
