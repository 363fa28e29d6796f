import type { Entry } from '../../../services/core/events/event.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import { withNewest } from '../../windows/kept-list.ts';
import { setNewest, setRecent } from '../bounded-map.ts';
import { actorOf, refOf } from '../entry-facts.ts';
import { digestIn } from '../explain.ts';
import { STRETCH } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { shareText } from '../shared-text.ts';
import { learnDependencies, learnNamed } from './learn-sets.ts';
import { closeRun, openRun } from './open-runs.ts';
import {
  arrivalsOf,
  createDetails,
  createPipeline,
  createSourceRuns,
  MAX_BUILDERS,
  MAX_CACHES,
  MAX_INTRODUCED,
  MAX_PIPELINES,
  MAX_REFS,
  MAX_RUN_ACTORS,
  MAX_RUN_SOURCES,
  MAX_TRIGGERS,
  MAX_UNPUBLISHED,
  type PipelineDetails,
  type PipelinesView,
  type PipelineView,
  type SourceRuns,
} from './pipelines-view.ts';
import {
  fileKey,
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
  sourcesWithNew,
} from './run-facts.ts';
import { NAMED_INPUTS, shorten } from './run-sets.ts';
import { count, EMPTY_TALLY } from './tally.ts';

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
  setRecent(sources, place.runs === undefined ? shareText(source) : source, runs, MAX_RUN_SOURCES);
  const pipeline = place.pipeline ?? createPipeline(shareText(path), at);
  if (place.pipeline === undefined) {
    if (runs.pipelines.length > 0) learnNewFile(view.pipelines, path, at);
    enterPipeline(runs, pipeline, at);
  } else moveLast(runs.pipelines, pipeline);
  if (started) runs.open = closeRun(runs.open, runKey(run));
  else countRun(runs, pipeline, run, actorOf(entry.event), newcomer, at);
  if (!('outcome' in run)) runs.open = openRun(runs.open, runKey(run), at);
  learnScript(pipeline, entry, started);
  learnSets(view, pipeline, run, started, at);
  if ('outcome' in run && run.outcome === 'success') {
    const [output] = outputRepositories(run);
    if (output !== undefined) {
      pipeline.outputs += 1;
      if (runs.output !== output) runs.output = shareText(output);
    }
    const published = hasPublished(run);
    if (published !== undefined) {
      const details = detailsOf(pipeline);
      details.publishes ??= createBitWindow();
      observe(details.publishes, published);
    }
  }
}

function learnNewFile({ introduced }: PipelinesView, path: string, at: number): void {
  const key = fileKey(path);
  const sources = sourcesWithNew(introduced, path, at) + 1;
  const first = sources === 1 ? at : (introduced.get(key)?.first ?? at);
  setNewest(introduced, key, { first, pipelines: sources }, MAX_INTRODUCED);
}

function enterPipeline(runs: SourceRuns, pipeline: PipelineView, at: number): void {
  if (runs.pipelines.length > 0) {
    const { paths, days, lastDay } = arrivalsOf(runs);
    const isNewDay = at - lastDay >= STRETCH;
    runs.arrivals = {
      paths: paths + 1,
      days: isNewDay ? days + 1 : days,
      lastDay: isNewDay ? at : lastDay,
    };
  }
  runs.pipelines = withNewest(runs.pipelines, pipeline, MAX_PIPELINES);
}

/** In place: nearly always it is the last one already. */
function moveLast(pipelines: PipelineView[], pipeline: PipelineView): void {
  const last = pipelines.length - 1;
  if (pipelines[last] === pipeline) return;
  const index = pipelines.indexOf(pipeline);
  pipelines.copyWithin(index, index + 1);
  pipelines[last] = pipeline;
}

function detailsOf(pipeline: PipelineView): PipelineDetails {
  pipeline.details ??= createDetails();
  return pipeline.details;
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
  const { builderId, trigger, ref } = run;
  if (builderId !== undefined) runs.builders = count(runs.builders, builderId, at, MAX_BUILDERS);
  if (builderId !== undefined && isProposal(run)) {
    runs.proposalBuilders = count(
      runs.proposalBuilders ?? EMPTY_TALLY,
      builderId,
      at,
      MAX_BUILDERS,
    );
  }
  if (actor !== '') runs.actors = count(runs.actors, actor, at, MAX_RUN_ACTORS);
  if (actor === '' && trigger === undefined && ref === undefined) return;
  const details = detailsOf(pipeline);
  if (actor !== '') details.actors = count(details.actors, actor, at, MAX_RUN_ACTORS);
  if (trigger !== undefined) {
    details.triggers = count(details.triggers, trigger, at, MAX_TRIGGERS);
    if (newcomer && isPrivilegedTrigger(trigger)) pipeline.newcomers += 1;
  }
  if (ref !== undefined) details.refs = count(details.refs, refClass(ref), at, MAX_REFS);
}

function learnScript(pipeline: PipelineView, entry: RunEntry, repeated: boolean): void {
  const said = entry.event.data.workflow?.digest;
  if (said === undefined) return;
  const digest = shorten(said);
  const details = detailsOf(pipeline);
  const { script } = details;
  if (script === undefined) {
    details.script = { digest, observed: 1, changes: 0, ref: refOf(entry) };
    return;
  }
  if (script.digest !== digest) {
    script.digest = digest;
    script.changes += 1;
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
    const known = pipeline.details?.[inputs.key];
    const learned = learnNamed(known, inputs, run, how);
    if (learned !== known) detailsOf(pipeline)[inputs.key] = learned;
  }
  const known = pipeline.details?.dependencies;
  const dependencies = learnDependencies(known, run, at);
  if (dependencies !== known) detailsOf(pipeline).dependencies = dependencies;
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
    habit: (place.pipeline?.details?.publishes?.bits ?? 0) !== 0,
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
