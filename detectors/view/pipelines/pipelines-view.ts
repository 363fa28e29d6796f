import { type BasesView, createBasesView } from './bases.ts';

/** What builds look like, by source repository and workflow. */
export type PipelinesView = {
  readonly bases: BasesView;
};

export function createPipelinesView(): PipelinesView {
  return { bases: createBasesView() };
}
