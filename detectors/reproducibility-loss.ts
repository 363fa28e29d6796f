import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { reproducibilityLossExamples } from './examples/reproducibility-loss-examples.ts';
import { describeLoss } from './reproducibility-loss/describe-loss.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import type { RepositoryView } from './view/project-view.ts';

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
  if (!('repository' in event.data)) return [];
  const repository = view.repositories.get(event.data.repository ?? '');
  if (repository === undefined) return [];
  switch (event.type) {
    case 'artifact.deleted':
      return judgeDeletion(context, repository, event.data.digest);
    case 'tag.deleted':
      return judgeTagDeletion(context, repository, event.data.tag);
    case 'repository.deleted':
      return judgeRepositoryDeletion(context, repository);
    case 'artifact.pushed':
    case 'tag.moved':
      return view.citations.size === 0 ? [] : judgeMoves(context, repository);
    // The other types that name a repository remove nothing.
    default:
      return [];
  }
}

function judgeDeletion(
  context: JudgeContext,
  repository: RepositoryView,
  digest: string,
): readonly FindingDraft[] {
  const { citations, citedChildren } = context.view;
  const citation = citations.get(digest);
  if (citation !== undefined) {
    const how = 'was deleted';
    return [
      describeLoss(context, metadata.rule, {
        repository,
        digest,
        cited: digest,
        citation,
        how,
        base: 0.7,
        deleted: true,
      }),
    ];
  }
  const index = citedChildren.get(digest) ?? taggedIndexOf(repository, digest);
  if (index === undefined) return [];
  return [
    describeLoss(context, metadata.rule, {
      repository,
      digest,
      cited: index,
      citation: citations.get(index),
      how: `was deleted, and the index ${index} needs it`,
      base: citations.has(index) ? 0.65 : 0.5,
      deleted: true,
    }),
  ];
}

function judgeTagDeletion(
  context: JudgeContext,
  repository: RepositoryView,
  tag: string,
): readonly FindingDraft[] {
  const known = repository.tags.get(tag);
  if (known === undefined || known.gone) return [];
  const citation = context.view.citations.get(known.digest);
  if (citation === undefined) return [];
  const byTag = citation.tags.includes(tag);
  const last = repository.tagged.get(known.digest)?.tags === 1;
  if (!byTag && !last) return [];
  return [
    describeLoss(context, metadata.rule, {
      repository,
      digest: known.digest,
      cited: known.digest,
      citation,
      how: byTag
        ? `lost the tag ${tag} under which runs resolved it${last ? ', and has no other' : ''}`
        : `lost its last tag, ${tag}`,
      tag,
      base: last ? 0.5 : 0.3,
      deleted: false,
    }),
  ];
}

function judgeRepositoryDeletion(
  context: JudgeContext,
  repository: RepositoryView,
): readonly FindingDraft[] {
  return [...repository.tagged.keys(), ...repository.loose.keys()].flatMap((digest) => {
    const citation = context.view.citations.get(digest);
    const how = 'went with its whole repository';
    return citation === undefined
      ? []
      : [
          describeLoss(context, metadata.rule, {
            repository,
            digest,
            cited: digest,
            citation,
            how,
            base: 0.8,
            deleted: true,
          }),
        ];
  });
}

/** A cited digest whose last tag moves away is still there, but retention may take it: on record, seldom more. */
function judgeMoves(context: JudgeContext, repository: RepositoryView): readonly FindingDraft[] {
  const leaving = new Map<string, string[]>();
  for (const { tag, to } of tagChangesOf(context.entry.event)) {
    const known = repository.tags.get(tag);
    if (known === undefined || known.gone || known.digest === to) continue;
    if (!context.view.citations.has(known.digest)) continue;
    leaving.set(known.digest, [...(leaving.get(known.digest) ?? []), tag]);
  }
  return [...leaving].flatMap(([digest, tags]) => {
    if ((repository.tagged.get(digest)?.tags ?? 0) > tags.length) return [];
    return [
      describeLoss(context, metadata.rule, {
        repository,
        digest,
        cited: digest,
        citation: context.view.citations.get(digest),
        how: `lost its last tag: ${tags.join(', ')} moved on`,
        ...(tags[0] === undefined ? {} : { tag: tags[0] }),
        base: 0.3,
        deleted: false,
      }),
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
