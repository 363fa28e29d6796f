import type { ProvostEvent } from '../services/core/events/event.ts';
import { placeOf } from './context/registry-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { reproducibilityLossExamples } from './examples/reproducibility-loss-examples.ts';
import { describeLoss, type Loss } from './reproducibility-loss/describe-loss.ts';
import { listWords } from './text/list-words.ts';
import { type TagChange, tagChangesOf } from './view/entry-facts.ts';
import { digestIn } from './view/explain.ts';
import { recallPast } from './view/past-digests.ts';
import type { ProjectView, RepositoryView } from './view/project-view.ts';

const metadata: DetectorMetadata = {
  id: 'D24',
  rule: 'reproducibility-loss',
  version: 1,
  title: 'What a run or a paper cites can no longer be pulled',
  description:
    'A digest that workflow runs resolved is deleted, or a child manifest that a cited or tagged index needs; or the tag under which runs found it is removed, or its last tag moves away so that retention may take it. Severity follows the citation: a publication or many runs weigh more than one run.',
  severity: 'critical',
  listensTo: [
    'artifact.deleted',
    'tag.deleted',
    'repository.deleted',
    'artifact.pushed',
    'tag.moved',
  ],
  falsePositives: [
    'The digest lives on under another repository name that the citation does not use.',
    'A run that nobody will ever repeat (a smoke test that records its steps as a real run does).',
  ],
  knownGaps: [
    'Runs of other projects that cite the digest are not seen: citations count in the project of the run.',
    'A registry that deletes by garbage collection without an event is found by the audit, not here.',
  ],
  remediation:
    'Push the digest back from a copy while caches still hold one, tag it so that retention leaves it alone, and tell the owners of the runs.',
  references: {
    attack: ['T1485'],
    slsa: ['H: Package registry threats'],
    controls: ['CP-9', 'SI-12', 'AU-11'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view } = context;
  const { event } = context.entry;
  if (!('repository' in event.data) || event.data.repository === undefined) return [];
  // A run may cite a repository of which nothing else was ever seen.
  const repository = view.repositories.get(event.data.repository);
  const losses = lossesOf(view, event, repository);
  if (losses.length === 0) return [];
  const place = placeOf(repository, { ...event.data, repository: event.data.repository });
  return losses.map((loss) => describeLoss(context, place, loss));
}

function lossesOf(
  view: ProjectView,
  event: ProvostEvent,
  repository: RepositoryView | undefined,
): readonly Loss[] {
  switch (event.type) {
    case 'artifact.deleted':
      return judgeDeletion(view, repository, event.data.digest);
    case 'tag.deleted':
      return judgeTagDeletion(view, repository, event.data);
    case 'repository.deleted':
      return repository === undefined ? [] : judgeRepositoryDeletion(view, repository);
    case 'artifact.pushed':
    case 'tag.moved':
      return repository === undefined || view.citations.size === 0
        ? []
        : judgeMoves(view, repository, tagChangesOf(event));
    // The other types that name a repository remove nothing.
    default:
      return [];
  }
}

function judgeDeletion(
  { citations, citedChildren }: ProjectView,
  repository: RepositoryView | undefined,
  digest: string,
): readonly Loss[] {
  const citation = citations.get(digest);
  if (citation !== undefined) {
    return [{ digest, cited: digest, citation, how: 'was deleted', base: 0.7, deleted: true }];
  }
  const index = citedChildren.get(digest) ?? (repository && taggedIndexOf(repository, digest));
  if (index === undefined) return [];
  return [
    {
      digest,
      cited: index,
      citation: citations.get(index),
      how: `was deleted, and the index ${index} needs it`,
      base: citations.has(index) ? 0.65 : 0.5,
      deleted: true,
    },
  ];
}

function judgeTagDeletion(
  { citations }: ProjectView,
  repository: RepositoryView | undefined,
  removed: { readonly tag: string; readonly digest?: string | undefined },
): readonly Loss[] {
  const { tag } = removed;
  const known = repository?.tags.get(tag);
  if (known?.gone === true) return [];
  const digest = known?.digest ?? removed.digest ?? '';
  const citation = citations.get(digest);
  if (citation === undefined) return [];
  const byTag = citation.tags.includes(tag);
  const last = known !== undefined && repository?.tagged.get(digest)?.tags === 1;
  if (!byTag && !last) return [];
  return [
    {
      digest,
      cited: digest,
      citation,
      how: byTag
        ? `lost the tag ${tag} under which runs resolved it${last ? ', and has no other' : ''}`
        : `lost its last tag, ${tag}`,
      tag,
      base: last ? 0.5 : 0.3,
      deleted: false,
    },
  ];
}

/** What was here once counts too: a digest whose tags moved on can still be pulled until its repository goes. */
function judgeRepositoryDeletion(view: ProjectView, repository: RepositoryView): readonly Loss[] {
  const how = 'went with its whole repository';
  return [...view.citations].flatMap(([digest, citation]) =>
    digestIn(repository, digest) === undefined && recallPast(repository.past, digest) === undefined
      ? []
      : [{ digest, cited: digest, citation, how, base: 0.8, deleted: true }],
  );
}

/** A cited digest whose last tag moves away is still there, but retention may take it: on record, seldom more. */
function judgeMoves(
  { citations }: ProjectView,
  repository: RepositoryView,
  changes: readonly TagChange[],
): readonly Loss[] {
  let leaving: Map<string, string[]> | undefined;
  for (const { tag, to } of changes) {
    const known = repository.tags.get(tag);
    if (known === undefined || known.gone || known.digest === to) continue;
    if (!citations.has(known.digest)) continue;
    leaving ??= new Map();
    leaving.set(known.digest, [...(leaving.get(known.digest) ?? []), tag]);
  }
  if (leaving === undefined) return [];
  return [...leaving].flatMap(([digest, tags]) => {
    if ((repository.tagged.get(digest)?.tags ?? 0) > tags.length) return [];
    return [
      {
        digest,
        cited: digest,
        citation: citations.get(digest),
        how: `lost its last tag: ${listWords(tags)} moved on`,
        ...(tags[0] === undefined ? {} : { tag: tags[0] }),
        base: 0.3,
        deleted: false,
      },
    ];
  });
}

function taggedIndexOf(repository: RepositoryView, digest: string): string | undefined {
  for (const index of repository.tagged.values()) {
    if (index.children?.includes(digest)) return index.digest;
  }
  return undefined;
}

export const reproducibilityLoss: Detector = {
  metadata,
  judge,
  examples: reproducibilityLossExamples,
};
