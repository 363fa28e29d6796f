import type { EntryRef } from '../project-view.ts';

/** Steps of workflows with the image that each resolved last; the one unused for longest is forgotten. */
export const MAX_STEPS = 4096;
/** Sites at which one step ran; the one unused for longest is forgotten. */
export const MAX_SITES = 4;
/** Cited digests with the place where they are protected; the one uncited for longest is forgotten. */
export const MAX_CITED = 4096;

/** What scientific runs resolved, and where. */
export type ScienceView = {
  /** By workflow and step (step-key.ts). */
  readonly steps: Map<string, StepView>;
  /** Where cited digests lie, by digest. */
  readonly cited: Map<string, CitedPlace>;
  /** When the cited digests were last compared with the retention rules. */
  sweptAt: number;
};

export type StepView = {
  /** The image that the last run resolved, under which reference. */
  reference: string;
  digest: string;
  run: string;
  at: number;
  ref: EntryRef;
  /** Where it ran, newest last. */
  sites: SiteView[];
};

export type SiteView = {
  readonly site: string;
  readonly digest: string;
  readonly engine: string;
  readonly reference: string;
  readonly at: number;
  readonly ref: EntryRef;
};

type CitedPlace = {
  readonly repository: string;
  at: number;
  ref: EntryRef;
};

export function createScienceView(): ScienceView {
  return { steps: new Map(), cited: new Map(), sweptAt: 0 };
}
