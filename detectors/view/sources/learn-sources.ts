import type { EventData } from '../../../services/core/events/catalogue.ts';
import type { Entry } from '../../../services/core/events/event.ts';
import { observe } from '../../windows/bit-window.ts';
import { setNewest, setRecent } from '../bounded-map.ts';
import { actorOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { STRETCH } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import { shareText } from '../shared-text.ts';
import { isKnownSource, labelledSource, toldKey } from './foreign-source.ts';
import { recallsRun, rememberRun } from './last-runs.ts';
import { learnRef } from './learn-ref.ts';
import { refKind, wasSeen } from './ref-facts.ts';
import { sourceName } from './source-name.ts';
import {
  createRefsView,
  createSourceView,
  MAX_LABELLED,
  MAX_SOURCES,
  MAX_TOLD,
  MAX_WORKFLOW_ACTORS,
  MAX_WORKFLOW_REFS,
  type SourceView,
} from './sources-view.ts';
import { createWorkflow, readWorkflow, writeWorkflow } from './workflows.ts';

type Run = EventData<'build.started'> | EventData<'build.finished'>;

/** Refs and who moves them, what builds of a source build, and which source the images of a repository name. */
export const sourcesLearner: Learner = {
  listensTo: [
    'source.ref-updated',
    'build.started',
    'build.finished',
    'artifact.pushed',
    'artifact.inspected',
  ],
  learn: (view, entry, at) => {
    const { event } = entry;
    switch (event.type) {
      case 'source.ref-updated': {
        const source = sourceFor(view, event.data.sourceRepository, at);
        source.refs ??= createRefsView(source.since);
        learnRef(source.refs, { ...entry, event }, at);
        return;
      }
      case 'build.started':
      case 'build.finished':
        learnRun(view, entry, event.data, at);
        return;
      case 'artifact.pushed':
      case 'artifact.inspected':
        if (event.data.labels !== undefined) learnLabel(view, entry, at);
        return;
      // The learner hears no other type.
      default:
        return;
    }
  },
};

/** The source's view, made when it is the first that is heard of it; the one unseen for longest goes first. */
function sourceFor(view: ProjectView, said: string, at: number): SourceView {
  const { repositories } = view.sources;
  const name = sourceName(said);
  const known = repositories.get(name);
  const source = known ?? createSourceView(at);
  setRecent(repositories, known === undefined ? shareText(name) : name, source, MAX_SOURCES);
  return source;
}

function learnRun(view: ProjectView, entry: Entry, run: Run, at: number): void {
  if (run.sourceRepository === undefined) return;
  if ('outputs' in run) learnForeignOutputs(view, run, at);
  const source = sourceFor(view, run.sourceRepository, at);
  if (recallsRun(source.runs, run.runId)) return;
  source.runs = rememberRun(source.runs, run, at);
  const path = run.workflow?.path ?? '';
  const workflow = readWorkflow(source.workflows, path) ?? createWorkflow();
  workflow.runs += 1;
  if (run.commit !== undefined && source.refs !== undefined) {
    observe(workflow.seen, wasSeen(source.refs, run.commit));
  }
  if (run.ref !== undefined) {
    addNewest(workflow.refs, refKind(run.ref), MAX_WORKFLOW_REFS);
  }
  const actor = actorOf(entry.event);
  if (actor !== '') addNewest(workflow.actors, actor, MAX_WORKFLOW_ACTORS);
  source.workflows = writeWorkflow(source.workflows, path, workflow);
}

function learnForeignOutputs(
  view: ProjectView,
  run: EventData<'build.finished'>,
  at: number,
): void {
  const said = run.sourceRepository ?? '';
  let last = '';
  for (const { repository } of run.outputs ?? []) {
    if (repository === undefined || repository === last) continue;
    last = repository;
    if (!isKnownSource(view, repository, said, run.builderId ?? '')) {
      setNewest(view.sources.told, toldKey(repository, sourceName(said)), at, MAX_TOLD);
    }
  }
}

function learnLabel(view: ProjectView, { event }: Entry, at: number): void {
  if (event.type !== 'artifact.pushed' && event.type !== 'artifact.inspected') return;
  const said = labelledSource(event.data.labels);
  if (said === undefined) return;
  const { labels, told } = view.sources;
  const { repository } = event.data;
  const habit = labels.get(repository);
  const source = sourceName(said);
  if (habit === undefined) {
    setNewest(labels, repository, { source, first: at, count: 1 }, MAX_LABELLED);
  } else if (habit.source === source) {
    habit.count += 1;
  } else if (habit.count <= 2 || wasToldLongAgo(told.get(toldKey(repository, source)), at)) {
    // A source that is named again on another day is the new one; before, it may be the attack.
    habit.source = source;
    habit.first = at;
    habit.count = 1;
  } else if (!told.has(toldKey(repository, source))) {
    setNewest(told, toldKey(repository, source), at, MAX_TOLD);
  }
}

function wasToldLongAgo(told: number | undefined, at: number): boolean {
  return told !== undefined && at - told >= 7 * STRETCH;
}

function addNewest(words: string[], word: string, limit: number): void {
  const known = words.indexOf(word);
  if (known === words.length - 1 && known !== -1) return;
  if (known !== -1) words.splice(known, 1);
  words.push(word);
  if (words.length > limit) words.shift();
}
