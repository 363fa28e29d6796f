import type { EventOf } from '../../services/core/events/event.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import type { UnpublishedRun } from '../view/pipelines/pipelines-view.ts';
import { hasPublished, placeOfRun } from '../view/pipelines/run-facts.ts';
import type { ProjectView } from '../view/project-view.ts';
import { sourceName } from '../view/sources/source-name.ts';
import { describeMismatch } from './describe-mismatch.ts';

/** A digest is tagged that a run made which says that it published nothing. */
export function judgePush(
  context: JudgeContext,
  { data }: EventOf<'artifact.pushed' | 'tag.moved'>,
): readonly FindingDraft[] {
  const { view, actor } = context;
  const digest = 'to' in data ? data.to : data.digest;
  const run = view.pipelines.unpublished.get(digest);
  if (run === undefined) return [];
  const tags = 'to' in data ? [data.tag] : data.tags;
  return [
    describeMismatch({
      title: `${data.repository} got what a run made that ${reasonOf(run)}`,
      message: `${actor || 'An unknown actor'} put ${digest} into ${data.repository}${tags.length === 0 ? '' : ` as ${listWords(tags)}`}. The run ${run.runId} made it, and ${reasonOf(run)}: something else published it.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${data.repository}@${digest}`,
        repository: data.repository,
        digest,
      },
      observed: { digest, tags: tags.slice(0, 16), run: run.runId, why: run.why },
      expected: { outcome: 'success', published: true },
      role: 'the publication',
      tags,
      evidence: [{ ...run.ref, role: 'the run that did not publish' }],
      base: baseOf(run) - (tags.length === 0 ? 0.2 : 0),
      context: strangerContext(view, data.repository, actor),
      actor,
      todo: `Find out who published ${digest}, and with which credential; take it back unless it was meant.`,
    }),
  ];
}

export function judgePackage(
  context: JudgeContext,
  { data }: EventOf<'package.published'>,
): readonly FindingDraft[] {
  const { view, actor } = context;
  const { digest, commit, sourceRepository, purl } = data;
  const byDigest = digest === undefined ? undefined : view.pipelines.unpublished.get(digest);
  const run =
    byDigest ??
    (commit === undefined || sourceRepository === undefined
      ? undefined
      : view.pipelines.unpublishedCommits.get(`${sourceName(sourceRepository)}\n${commit}`));
  if (run === undefined) return [];
  return [
    describeMismatch({
      title: `${purl} was published, though its run ${reasonOf(run)}`,
      message: `${actor || 'Somebody'} published ${purl}. The run ${run.runId} of ${byDigest === undefined ? `its commit ${commit ?? ''}` : 'the same content'} ${reasonOf(run)}: something else published it.`,
      subject: {
        kind: 'package',
        key: `package:${purl}`,
        ...(digest === undefined ? {} : { digest }),
      },
      observed: { purl, run: run.runId, why: run.why, commit: commit ?? null },
      expected: { outcome: 'success', published: true },
      role: 'the publication',
      evidence: [{ ...run.ref, role: 'the run that did not publish' }],
      base: baseOf(run) - (byDigest === undefined ? 0.05 : 0),
      context: [],
      actor,
      todo: 'Compare the package with what the source says, and withdraw it unless somebody meant to publish it by hand.',
    }),
  ];
}

/** The run ends, says that it published nothing, and what it made is in the registry already. */
export function judgeEnd(
  context: JudgeContext,
  { data }: EventOf<'build.finished'>,
): readonly FindingDraft[] {
  const { view, actor } = context;
  const published = hasPublished(data);
  if (published === true || (data.outcome === 'success' && published === undefined)) return [];
  const place = placeOfRun(view, data);
  const run: Pick<UnpublishedRun, 'runId' | 'why' | 'habit'> = {
    runId: data.runId,
    why: published === false ? 'not-published' : data.outcome === 'skipped' ? 'skipped' : 'failed',
    habit: (place.pipeline?.details?.publishes?.bits ?? 0) !== 0,
  };
  const found = (data.outputs ?? []).find(({ repository, digest }) => {
    const home = repository === undefined ? undefined : view.repositories.get(repository);
    // Another build that ended well explains why it is there.
    return home?.tagged.has(digest) === true && !view.builds.has(digest);
  });
  if (found === undefined) return [];
  const { digest, repository = '' } = found;
  return [
    describeMismatch({
      title: `${repository} has what a run made that ${reasonOf(run)}`,
      message: `The run ${data.runId} ${reasonOf(run)}, and yet ${digest}, which it made, is in ${repository}: something else published it.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${repository}@${digest}`,
        repository,
        digest,
      },
      observed: { digest, run: data.runId, outcome: data.outcome, why: run.why },
      expected: { outcome: 'success', published: true },
      role: 'the end of the run',
      evidence: [],
      base: baseOf(run),
      context: [],
      actor,
      todo: `Find out who published ${digest}, and with which credential; take it back unless it was meant.`,
    }),
  ];
}

function baseOf({ why, habit }: Pick<UnpublishedRun, 'why' | 'habit'>): number {
  switch (why) {
    // Where no run of the workflow ever published in such a step, it is not what publishes.
    case 'not-published':
      return habit ? 0.8 : 0.4;
    case 'skipped':
      return 0.75;
    case 'failed':
      return 0.6;
  }
}

function reasonOf({ why }: Pick<UnpublishedRun, 'why'>): string {
  switch (why) {
    case 'not-published':
      return 'did not do its publishing steps';
    case 'skipped':
      return 'was skipped';
    case 'failed':
      return 'failed';
  }
}

function strangerContext(
  view: ProjectView,
  repository: string,
  actor: string,
): readonly ContextDraft[] {
  const publishers = view.repositories.get(repository)?.publishers;
  if (actor === '' || publishers === undefined || publishers.size === 0 || publishers.has(actor)) {
    return [];
  }
  return [{ kind: 'publisher-new', reason: `${actor} has never published here`, effect: 0.1 }];
}
