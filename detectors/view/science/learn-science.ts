import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { DAY } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { MAX_CITED, MAX_SITES, MAX_STEPS, type SiteView, type StepView } from './science-view.ts';
import { siteOf, stepsOf } from './step-key.ts';

/** What runs resolved, step by step and site by site, and where the cited digests lie. */
export const scienceLearner: Learner = {
  listensTo: [
    'workflow-run.finished',
    'artifact.pushed',
    'tag.moved',
    'tag.deleted',
    'artifact.deleted',
    'deadline.passed',
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    if (isSweepDue(view, Math.max(view.now, at))) view.science.sweptAt = Math.max(view.now, at);
    if (event.type === 'workflow-run.finished') learnRun(view, { ...entry, event }, at);
  },
};

/** Once a day the cited digests are compared with the retention rules. */
export function isSweepDue({ science }: ProjectView, now: number): boolean {
  return science.cited.size > 0 && now - science.sweptAt >= DAY;
}

/** The latest moment up to `now` at which a day was over since the comparison; undefined when it was made today. */
export function lastDueSweep(view: ProjectView, now: number): number | undefined {
  if (!isSweepDue(view, now)) return undefined;
  return now - ((now - view.science.sweptAt) % DAY);
}

function learnRun(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'workflow-run.finished'> },
  at: number,
): void {
  const { data } = entry.event;
  const { steps, cited } = view.science;
  const ref = refOf(entry);
  for (const { digest, repository } of data.steps ?? []) {
    if (digest === undefined || repository === undefined) continue;
    setNewest(cited, digest, { repository, at, ref }, MAX_CITED);
  }
  const site = siteOf(data);
  for (const { key, reference, digest } of stepsOf(view, data)) {
    const known: StepView | undefined = steps.get(key);
    const here: SiteView = { site, digest, engine: data.engine ?? '', reference, at, ref };
    const others = (known?.sites ?? []).filter((other) => other.site !== site);
    setNewest(
      steps,
      key,
      { reference, digest, run: data.runId, at, ref, sites: [...others, here].slice(-MAX_SITES) },
      MAX_STEPS,
    );
  }
}
