import type { EventData } from '../../services/core/events/catalogue.ts';
import { kinSource } from '../context/kin-source.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, placeOf } from '../context/registry-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import { tagChangesOf } from '../view/entry-facts.ts';
import { explain, provenanceHabit } from '../view/explain.ts';
import { DAY } from '../view/limits.ts';
import {
  isKnownSource,
  labelledSource,
  type Origin,
  originsOf,
  toldKey,
} from '../view/sources/foreign-source.ts';
import { sourceName } from '../view/sources/source-name.ts';

const ESTABLISHED_BUILDS = 8;
const ESTABLISHED_AGE = 14 * DAY;
const TOLD = 7 * DAY;

/** A build whose outputs go to an image repository that has always been built from other sources. */
export function judgeOutputs(
  context: JudgeContext,
  run: EventData<'build.finished'>,
): readonly FindingDraft[] {
  const said = run.sourceRepository;
  if (said === undefined || run.outcome !== 'success' || run.outputs === undefined) return [];
  const drafts: FindingDraft[] = [];
  let last = '';
  for (const { repository, digest } of run.outputs) {
    if (repository === undefined || repository === last) continue;
    last = repository;
    if (isKnownSource(context.view, repository, said, run.builderId ?? '')) continue;
    const draft = judgeForeign(context, repository, sourceName(said), digest);
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts;
}

function judgeForeign(
  { view, at, actor }: JudgeContext,
  name: string,
  source: string,
  digest: string,
): FindingDraft | undefined {
  const repository = view.repositories.get(name);
  const told = view.sources.told.get(toldKey(name, source));
  if (repository === undefined || (told !== undefined && at - told < TOLD)) return undefined;
  const origins = originsOf(repository);
  const builds = origins.reduce((sum, { count }) => sum + count, 0);
  const first = origins.reduce((least, origin) => Math.min(least, origin.first), Infinity);
  if (builds < ESTABLISHED_BUILDS || at - first < ESTABLISHED_AGE) return undefined;
  const place = placeOf(repository, { repository: name });
  return {
    title: `${name} is built from a source that it never came from`,
    message: `A successful build of ${source} names an output of ${name}. The ${builds} builds before came from ${wordSources(origins)}.`,
    subject: { kind: 'repository', key: `repository:${name}`, repository: name, digest },
    observed: { source, digest },
    expected: { sources: origins.map((origin) => origin.source).slice(0, 8), builds },
    role: 'the build',
    evidence: [],
    base: origins.length <= 3 ? 0.8 : origins.length <= 6 ? 0.6 : 0.35,
    context: kinSource(name, source, most(origins)?.source),
    remediation: {
      owner: 'owners of the image repository',
      steps: [
        inspectDigest(place, digest, 'Look at the image before anybody uses it.'),
        {
          text: `Ask ${actor || 'who started the build'} and the owners of ${name} whether its source has moved; if so, announce the change.`,
        },
        searchEntries('See which tags point to what the build made.', { digest }),
      ],
    },
  };
}

type Labelled = EventData<'artifact.pushed'> | EventData<'artifact.inspected'>;

/** An image whose labels name another source than all images of the repository before. */
export function judgeLabel(context: JudgeContext, data: Labelled): readonly FindingDraft[] {
  const said = labelledSource(data.labels);
  if (said === undefined) return [];
  const { view, at, actor, entry } = context;
  const { labels, told } = view.sources;
  const habit = labels.get(data.repository);
  const source = sourceName(said);
  if (habit === undefined || habit.source === source || habit.count < 6) return [];
  if (at - habit.first < 7 * DAY) return [];
  const before = told.get(toldKey(data.repository, source));
  if (before !== undefined && at - before < TOLD) return [];
  const repository = view.repositories.get(data.repository);
  if (repository === undefined) return [];
  const { digest } = data;
  const unexplained =
    provenanceHabit(view, repository).expects === 'always' &&
    tagChangesOf(entry.event).length > 0 &&
    explain(view, repository, digest).kind === 'none';
  const inherited = [...labels.values()].some(
    (other) => other !== habit && other.source === source && other.count >= 3,
  );
  const place = placeOf(repository, data);
  return [
    {
      title: `${data.repository}: an image names a foreign source`,
      message: `${actor || 'An unknown actor'} pushed ${digest}, whose labels name ${source}. The ${habit.count} labelled images before named ${habit.source}.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${data.repository}@${digest}`,
        repository: data.repository,
        digest,
      },
      observed: { source },
      expected: { source: habit.source, images: habit.count },
      role: 'the image',
      evidence: [],
      tags: tagChangesOf(entry.event).map(({ tag }) => tag),
      base: 0.55,
      context: [
        ...kinSource(data.repository, source, habit.source),
        ...(unexplained
          ? [
              {
                kind: 'unexplained-here',
                reason: 'Nothing explains the digest, where digests are explained',
                effect: 0.25,
              },
            ]
          : []),
        ...(actor !== '' && repository.publishers.size > 0 && !repository.publishers.has(actor)
          ? [{ kind: 'publisher-new', reason: `${actor} has never published here`, effect: 0.1 }]
          : []),
        ...(inherited
          ? [
              {
                kind: 'source-known-in-project',
                reason:
                  'Other images of the project name that source: a label that a base image handed down',
                effect: -0.25,
              },
            ]
          : []),
      ],
      remediation: {
        owner: 'owners of the image repository',
        steps: [
          inspectDigest(place, digest, 'Look at the labels and the layers of the image.'),
          searchEntries('List who pulled it.', { digest }),
        ],
      },
    },
  ];
}

function most(origins: readonly Origin[]): Origin | undefined {
  return origins.reduce<Origin | undefined>(
    (best, origin) => (best === undefined || origin.count > best.count ? origin : best),
    undefined,
  );
}

function wordSources(origins: readonly Origin[]): string {
  const names = origins.map(({ source }) => source);
  return names.length <= 3
    ? names.join(' and ')
    : `${names.slice(0, 3).join(', ')} and ${names.length - 3} others`;
}
