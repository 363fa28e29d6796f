import type { EventData } from '../../../services/core/events/catalogue.ts';
import { setRecent } from '../bounded-map.ts';
import type { EntryRef } from '../project-view.ts';
import { shareText } from '../shared-text.ts';
import { recallsCommit, rememberCommit } from '../sources/commits.ts';
import { sourceName } from '../sources/source-name.ts';
import {
  createOutputView,
  MAX_BUILDERS,
  MAX_OUTPUT_COMMITS,
  MAX_OUTPUT_REPOSITORIES,
  MAX_PROJECT_BUILDERS,
  type PipelinesView,
} from './pipelines-view.ts';
import { outputRepositories } from './run-facts.ts';
import { count } from './tally.ts';

/** What of a build (or of verified provenance) says where its outputs come from. */
export type Provenance = Pick<
  EventData<'build.finished'>,
  'builderId' | 'sourceRepository' | 'commit' | 'outputs' | 'runId'
> & { readonly outcome?: EventData<'build.finished'>['outcome'] };

/** Counts which sources and builders fill which repositories; a run that failed fills none. */
export function learnOutputs(
  pipelines: PipelinesView,
  ref: EntryRef,
  made: Provenance,
  at: number,
): void {
  if (made.outcome !== undefined && made.outcome !== 'success') return;
  const repositories = outputRepositories({ ...made, outcome: 'success' });
  const source = made.sourceRepository === undefined ? '' : sourceName(made.sourceRepository);
  const builder = made.builderId ?? '';
  if (source === '' && builder === '') return;
  for (const repository of repositories) {
    const known = pipelines.outputs.get(repository);
    const output = known ?? createOutputView(at, ref);
    output.builds += 1;
    output.ref = ref;
    if (source !== '') output.sources = count(output.sources, source, at, MAX_BUILDERS);
    if (builder !== '') output.builders = count(output.builders, builder, at, MAX_BUILDERS);
    const { commit } = made;
    if (commit !== undefined && !recallsCommit(output.commits, commit)) {
      output.commits = rememberCommit(output.commits, commit, MAX_OUTPUT_COMMITS);
    }
    const name = known === undefined ? shareText(repository) : repository;
    setRecent(pipelines.outputs, name, output, MAX_OUTPUT_REPOSITORIES);
  }
  if (builder !== '' && repositories.length > 0) learnBuilder(pipelines, builder, at);
}

function learnBuilder(pipelines: PipelinesView, name: string, at: number): void {
  const builder = pipelines.builders.get(name) ?? { first: at, count: 0 };
  builder.count += 1;
  setRecent(pipelines.builders, name, builder, MAX_PROJECT_BUILDERS);
}
