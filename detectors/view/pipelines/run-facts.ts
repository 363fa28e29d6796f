import type { EventData } from '../../../services/core/events/catalogue.ts';
import { DAY } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { rememberLast } from '../remember-last.ts';
import { refName } from '../sources/ref-facts.ts';
import { sourceName } from '../sources/source-name.ts';
import { isOpen } from './open-runs.ts';
import type { PipelinesView, PipelineView, SourceRuns } from './pipelines-view.ts';
import { EMPTY_TALLY, seenIn, sizeOf } from './tally.ts';

export type Run = EventData<'build.started'> | EventData<'build.finished'>;

/** Where a run belongs, and what is known of it. */
export type RunPlace = {
  /** Name of the source, or of the output repository where builds name no source; empty when neither is said. */
  readonly source: string;
  readonly path: string;
  readonly runs: SourceRuns | undefined;
  readonly pipeline: PipelineView | undefined;
  /** The start of this run was seen, so what it says was learned then. */
  readonly started: boolean;
};

export function placeOfRun(view: ProjectView, run: Run): RunPlace {
  const source = sourceOfRun(run);
  const path = run.workflow?.path ?? '';
  const runs = source === '' ? undefined : view.pipelines.sources.get(source);
  return {
    source,
    path,
    runs,
    pipeline: runs?.pipelines.find((pipeline) => pipeline.path === path),
    started: runs !== undefined && isOpen(runs.open, runKey(run)),
  };
}

function sourceOfRun(run: Run): string {
  if (run.sourceRepository !== undefined && run.sourceRepository !== '') {
    return sourceName(run.sourceRepository);
  }
  const [output] = 'outputs' in run ? (run.outputs ?? []) : [];
  return output?.repository === undefined ? '' : `to ${output.repository}`;
}

export function runKey(run: Run): string {
  return run.attempt === undefined ? run.runId : `${run.runId}#${run.attempt}`;
}

/** The repositories that a run's outputs go to, each once. */
export function outputRepositories(run: Run): readonly string[] {
  if (!('outputs' in run) || run.outputs === undefined) return [];
  const found: string[] = [];
  for (const { repository } of run.outputs) {
    if (repository === undefined || found.at(-1) === repository) continue;
    if (!found.includes(repository)) found.push(repository);
    if (found.length === MAX_OUTPUTS) break;
  }
  return found;
}

/** Repositories judged of one run; a run that fills more is one story. */
const MAX_OUTPUTS = 16;

const PUBLISH = /publish|push|release|deploy|upload/i;

/** Whether the run's publishing steps did their work: yes when any did, undefined when it names none. */
export function hasPublished(run: EventData<'build.finished'>): boolean | undefined {
  let found: boolean | undefined;
  for (const { name, outcome } of run.steps ?? []) {
    if (!PUBLISH.test(name)) continue;
    if (outcome === 'success') return true;
    found = false;
  }
  return found;
}

/** Triggers with which a forge runs code or data of strangers with the rights of the repository. */
const PRIVILEGED = new Set([
  'pull_request_target',
  'issue_comment',
  'issues',
  'issue',
  'comment',
  'discussion',
  'discussion_comment',
  'workflow_run',
  'fork',
  'watch',
]);

export const isPrivilegedTrigger = rememberLast(isPrivileged);

function isPrivileged(trigger: string | undefined): boolean {
  return trigger !== undefined && PRIVILEGED.has(trigger.toLowerCase().replaceAll('-', '_'));
}

/** Whether the run builds a proposal: what is in it nobody of the repository has taken yet. */
export function isProposal(run: Run): boolean {
  if (run.ref === undefined) return false;
  return /(?:^|\/)(?:pull|merge-requests|pull-requests|changes|forks?)\//.test(run.ref);
}

/** A kind of ref: branches stay apart, every tag is one kind and so is every proposal. */
export function refClass(ref: string): string {
  const { kind, name } = refName(ref);
  return kind === 'tag' ? 'tags' : kind === 'branch' ? name : 'proposals';
}

export type Strength = 'none' | 'weak' | 'strong';

/** Whether so many observations over so long make a habit; `learning` is what the policy asks of a strong one. */
export function strengthOf(
  observed: number,
  since: number,
  at: number,
  learning: { readonly observations: number; readonly days: number },
): Strength {
  const age = at - since;
  if (observed >= learning.observations && age >= learning.days * DAY) return 'strong';
  return observed >= learning.observations / 2 && age >= (learning.days * DAY) / 2
    ? 'weak'
    : 'none';
}

/** Whether the actor has not set off this source's runs before; false while nobody is known or the run names nobody. */
export function isNewcomer(place: RunPlace, actor: string): boolean {
  const { runs, started } = place;
  if (runs === undefined || actor === '' || runs.actors === EMPTY_TALLY) return false;
  const seen = seenIn(runs.actors, actor);
  return seen === undefined || (started && seen.count === 1 && sizeOf(runs.actors) > 1);
}

/** How many sources with other build files got one of this path within the day before. */
export function sourcesWithNew(
  introduced: PipelinesView['introduced'],
  path: string,
  at: number,
): number {
  const known = introduced.get(fileKey(path));
  return known !== undefined && at - known.first <= DAY ? known.pipelines : 0;
}

/** Among names of variables, which have no line break. */
export function fileKey(path: string): string {
  return `\n${path}`.slice(0, 257);
}
