import type { Entry } from '../../../services/core/events/event.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import { setNewest, setRecent } from '../bounded-map.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import { digestIn } from '../explain.ts';
import { STRETCH } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { learnDependencies, learnNamed } from './learn-sets.ts';
import {
  MAX_BUILDERS,
  MAX_CACHES,
  MAX_OPEN_RUNS,
  MAX_PIPELINES,
  MAX_REFS,
  MAX_RUN_ACTORS,
  MAX_RUN_SOURCES,
  MAX_TRIGGERS,
  MAX_UNPUBLISHED,
  type PipelineView,
  type SourceRuns,
} from './pipelines-view.ts';
import {
  hasPublished,
  isNewcomer,
  isPrivilegedTrigger,
  isProposal,
  outputRepositories,
  placeOfRun,
  type Run,
  type RunPlace,
  refClass,
  runKey,
} from './run-facts.ts';
import { NAMED_INPUTS, shorten } from './run-sets.ts';
import { count } from './tally.ts';

type RunEntry = Entry<'build.started' | 'build.finished'>;

/** Folds a run into the habits of its source and its workflow; a run whose start was seen is counted once. */
export function learnRun(view: ProjectView, entry: RunEntry, at: number): void {
  const run: Run = entry.event.data;
  const place = placeOfRun(view, run);
  const { source, path, started } = place;
  if (source === '') return;
  const { sources } = view.pipelines;
  const newcomer = isNewcomer(place, actorOf(entry.event));
  if ('outcome' in run) learnUnpublished(view, entry, place, at);
  learnCaches(view, entry, newcomer, at);
  const runs = place.runs ?? createSourceRuns(at);
  setRecent(sources, source, runs, MAX_RUN_SOURCES);
  const pipeline = place.pipeline ?? enterPipeline(runs, path, at);
  setNewest(runs.pipelines, path, pipeline, MAX_PIPELINES);
  runs.last = Math.max(runs.last, at);
  pipeline.last = Math.max(pipeline.last, at);
  if (started) runs.open.splice(runs.open.indexOf(runKey(run)), 1);
  else countRun(runs, pipeline, run, actorOf(entry.event), newcomer, at);
  if (!('outcome' in run)) {
    runs.open.push(runKey(run));
    if (runs.open.length > MAX_OPEN_RUNS) runs.open.shift();
  }
  learnScript(pipeline, entry, started, at);
  learnSets(view, pipeline, run, started, at);
  if ('outcome' in run && run.outcome === 'success') {
    const [output] = outputRepositories(run);
    if (output !== undefined) {
      pipeline.outputs += 1;
      runs.output = output;
    }
    const published = hasPublished(run);
    if (published !== undefined) {
      pipeline.publishes ??= createBitWindow();
      observe(pipeline.publishes, published);
    }
  }
}

function createSourceRuns(at: number): SourceRuns {
  return {
    since: at,
    last: at,
    runs: 0,
    builders: [],
    actors: [],
    paths: 0,
    pathDays: 0,
    lastPathDay: 0,
    pipelines: new Map(),
    output: '',
    open: [],
  };
}

function enterPipeline(runs: SourceRuns, path: string, at: number): PipelineView {
  runs.paths += 1;
  if (runs.pathDays === 0 || at - runs.lastPathDay >= STRETCH) {
    runs.pathDays += 1;
    runs.lastPathDay = at;
  }
  const pipeline: PipelineView = { since: at, last: at, runs: 0, outputs: 0, newcomers: 0 };
  runs.pipelines.set(path, pipeline);
  return pipeline;
}

function countRun(
  runs: SourceRuns,
  pipeline: PipelineView,
  run: Run,
  actor: string,
  newcomer: boolean,
  at: number,
): void {
  runs.runs += 1;
  pipeline.runs += 1;
  if (run.builderId !== undefined) count(runs.builders, run.builderId, at, MAX_BUILDERS);
  if (actor !== '') {
    count(runs.actors, actor, at, MAX_RUN_ACTORS);
    pipeline.actors ??= [];
    count(pipeline.actors, actor, at, MAX_RUN_ACTORS);
  }
  if (run.trigger !== undefined) {
    pipeline.triggers ??= [];
    count(pipeline.triggers, run.trigger, at, MAX_TRIGGERS);
    if (newcomer && isPrivilegedTrigger(run.trigger)) pipeline.newcomers += 1;
  }
  if (run.ref !== undefined) {
    pipeline.refs ??= [];
    count(pipeline.refs, refClass(run.ref), at, MAX_REFS);
  }
}

function learnScript(pipeline: PipelineView, entry: RunEntry, repeated: boolean, at: number): void {
  const said = entry.event.data.workflow?.digest;
  if (said === undefined) return;
  const digest = shorten(said);
  const { script } = pipeline;
  if (script === undefined) {
    pipeline.script = { digest, observed: 1, changes: 0, lastChange: at, ref: refOf(entry) };
    return;
  }
  if (script.digest !== digest) {
    script.digest = digest;
    script.changes += 1;
    script.lastChange = at;
    script.ref = refOf(entry);
  }
  if (!repeated) script.observed += 1;
}

function learnSets(
  view: ProjectView,
  pipeline: PipelineView,
  run: Run,
  repeated: boolean,
  at: number,
): void {
  const how = { view: view.pipelines, at, repeated };
  for (const inputs of NAMED_INPUTS) {
    const known = pipeline[inputs.key];
    const learned = learnNamed(known, inputs, run, how);
    if (learned !== undefined && learned !== known) pipeline[inputs.key] = learned;
  }
  const dependencies = learnDependencies(pipeline.dependencies, run, at);
  if (dependencies !== undefined) pipeline.dependencies = dependencies;
}

/** What a run made that did not publish, so that it shows when it is published all the same. */
function learnUnpublished(view: ProjectView, entry: RunEntry, place: RunPlace, at: number): void {
  const run: Run = entry.event.data;
  if (!('outcome' in run)) return;
  const { unpublished, unpublishedCommits } = view.pipelines;
  const published = hasPublished(run);
  const why =
    published === true
      ? undefined
      : published === false
        ? 'not-published'
        : run.outcome === 'success'
          ? undefined
          : run.outcome === 'skipped'
            ? 'skipped'
            : 'failed';
  const commit = run.commit === undefined ? undefined : `${place.source}\n${run.commit}`;
  if (why === undefined) {
    for (const { digest } of run.outputs ?? []) unpublished.delete(digest);
    if (commit !== undefined && published === true) unpublishedCommits.delete(commit);
    return;
  }
  const fact = {
    at,
    runId: run.runId,
    why,
    habit: (place.pipeline?.publishes?.bits ?? 0) !== 0,
    ref: refOf(entry),
  } as const;
  for (const { digest, repository } of run.outputs ?? []) {
    // What is in its repository already was published by somebody before, and judged there.
    const home = repository === undefined ? undefined : view.repositories.get(repository);
    if (home !== undefined && digestIn(home, digest) !== undefined) continue;
    // An earlier run that made it well still explains it.
    if (!view.builds.has(digest) || published === false) {
      setNewest(unpublished, digest, fact, MAX_UNPUBLISHED);
    }
  }
  if (commit !== undefined && published === false)
    setNewest(unpublishedCommits, commit, fact, MAX_UNPUBLISHED);
}

function learnCaches(view: ProjectView, entry: RunEntry, newcomer: boolean, at: number): void {
  const run: Run = entry.event.data;
  if (!('outcome' in run) || run.caches === undefined) return;
  const outsider = isProposal(run) || (newcomer && isPrivilegedTrigger(run.trigger));
  const { caches } = view.pipelines;
  for (const { key, use } of run.caches) {
    if (use !== 'saved') continue;
    if (outsider) {
      const by = actorOf(entry.event);
      setNewest(caches, key, { at, by, runId: run.runId, ref: refOf(entry) }, MAX_CACHES);
    } else caches.delete(key);
  }
}
