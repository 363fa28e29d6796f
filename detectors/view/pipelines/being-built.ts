import { HOUR } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { lastBegun } from './open-runs.ts';
import { readTally } from './tally.ts';

/** A run that began so long ago and of whose end nobody has said anything is not going on: the word was lost. */
const LOST = 6 * HOUR;

/**
 * Whether a run of a source that fills the repository has begun and not ended, as far as anybody told us; undefined
 * while no source is known to fill it.
 */
export function isBeingBuilt(view: ProjectView, repository: string): boolean | undefined {
  const until = beingBuiltUntil(view, repository);
  return until === undefined ? undefined : until > view.now;
}

/** When the runs that have begun and not ended will all be lost, should nobody say more; 0 where none is open. */
export function beingBuiltUntil(view: ProjectView, repository: string): number | undefined {
  const sources = readTally(view.pipelines.outputs.get(repository)?.sources ?? '');
  if (sources.length === 0) return undefined;
  let until = 0;
  for (const { key } of sources) {
    const open = view.pipelines.sources.get(key)?.open ?? '';
    if (open !== '') until = Math.max(until, lastBegun(open) + LOST);
  }
  return until;
}
