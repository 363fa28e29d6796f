import { announcedChange } from './context/announced-change.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, placeOf, restoreDigest } from './context/registry-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  EvidenceDraft,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { image, plainReleases, REPOSITORY, type Story } from './examples/story.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import type { Citation, RepositoryView } from './view/project-view.ts';

const MANY_RUNS = 5;

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

type Loss = {
  readonly repository: RepositoryView;
  /** What is lost, and what is cited: the same, but for a child of a cited index. */
  readonly digest: string;
  readonly cited: string;
  readonly citation: Citation | undefined;
  readonly how: string;
  readonly tag?: string;
  readonly base: number;
  readonly deleted: boolean;
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
      describe(context, {
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
    describe(context, {
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
    describe(context, {
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
          describe(context, {
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
      describe(context, {
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

function citationContext(citation: Citation | undefined): readonly ContextDraft[] {
  if (citation === undefined) return [];
  return [
    ...(citation.publication === ''
      ? []
      : [
          {
            kind: 'publication',
            reason: `A run with it is cited by ${citation.publication}`,
            effect: 0.2,
          },
        ]),
    ...(citation.runs >= MANY_RUNS
      ? [{ kind: 'many-runs', reason: `${citation.runs} runs resolved it`, effect: 0.1 }]
      : []),
  ];
}

function describe(context: JudgeContext, loss: Loss): FindingDraft {
  const { actor, at } = context;
  const { repository, digest, cited, citation, how, tag } = loss;
  const name = `${repository.name}@${digest}`;
  const place = placeOf(repository, { repository: repository.name });
  const evidence: EvidenceDraft[] =
    citation === undefined ? [] : [{ ...citation.ref, role: 'a run that cites it' }];
  return {
    title: `${repository.name}: a ${citation === undefined ? 'needed' : 'cited'} digest ${loss.deleted ? 'is gone' : 'may go'}`,
    message: `${name} ${how}${actor === '' ? '' : ` (by ${actor})`}. ${
      citation === undefined
        ? 'No run is known to cite the index, but its tag still promises all its platforms.'
        : `${citation.runs} ${citation.runs === 1 ? 'run' : 'runs'} resolved ${cited}${citation.publication === '' ? '' : `, cited by ${citation.publication}`}; the last on ${new Date(citation.last).toISOString().slice(0, 10)}.`
    }`,
    subject: {
      kind: 'artifact',
      key: `artifact:${name}`,
      repository: repository.name,
      digest,
      ...(tag === undefined ? {} : { tag }),
    },
    observed: { digest, lost: how },
    expected: {
      pullable: cited,
      runs: citation?.runs ?? 0,
      ...(citation === undefined || citation.publication === ''
        ? {}
        : { publication: citation.publication }),
    },
    role: loss.deleted ? 'the deletion' : 'the change of the tag',
    evidence,
    base: loss.base,
    context: [
      ...citationContext(citation),
      ...announcedChange(context.view, {
        rule: metadata.rule,
        at,
        repository: repository.name,
        ...(tag === undefined ? {} : { tag }),
        actor,
      }),
    ],
    remediation: {
      summary: metadata.remediation,
      owner: 'registry administrators',
      steps: [
        inspectDigest(place, cited, 'Check whether the cited digest can still be pulled.'),
        ...(loss.deleted ? [restoreDigest(place, digest)] : []),
        searchEntries('List the runs that cite it, and tell their owners.', {
          digest: cited,
          type: 'workflow-run.finished',
        }),
        { text: 'Exempt cited digests from the retention rule or job that removed this one.' },
      ],
    },
  };
}

export const reproducibilityLoss: Detector = {
  metadata,
  judge,
  examples: {
    fires: [
      {
        name: 'a digest that a paper cites is deleted',
        ...plainReleases()
          .run('release-4', { tag: '1.4.0', citation: 'doi:10.5555/example' })
          .days(40)
          .deleteImage('release-4')
          .example(),
        disposition: 'page',
      },
      {
        name: 'a digest that one run used is deleted',
        ...plainReleases().run('release-4').days(40).deleteImage('release-4').example(),
        disposition: 'ticket',
      },
      {
        name: 'a digest that many runs used is deleted',
        ...plainReleases()
          .times(6, (told) => told.days(1).run('release-4'))
          .deleteImage('release-4')
          .example(),
        disposition: 'page',
      },
      {
        name: 'retention takes a platform out of a cited index',
        ...indexed(plainReleases())
          .run('index', { citation: 'doi:10.5555/example' })
          .deleteImage('arm')
          .example(),
        disposition: 'page',
      },
      {
        name: 'retention takes a platform out of a tagged index that nobody cites',
        ...indexed(plainReleases()).deleteImage('arm').example(),
        disposition: 'ticket',
      },
      {
        name: 'the tag under which runs found it is removed',
        ...plainReleases().run('release-4', { tag: '1.4.0' }).deleteTag('1.4.0').example(),
        disposition: 'ticket',
      },
      {
        name: 'its last tag moves on: on record',
        ...plainReleases().run('release-4').days(1).push('1.4.0', 'other').example(),
        disposition: 'log',
      },
      {
        name: 'the repository is deleted with it',
        ...plainReleases()
          .run('release-4')
          .event('repository.deleted', { repository: REPOSITORY, actor: { name: 'maya' } })
          .example(),
        disposition: 'page',
      },
      {
        name: 'announced beforehand: somebody has to look after the paper, nobody is woken',
        ...plainReleases()
          .run('release-4', { citation: 'doi:10.5555/example' })
          .event('change.announced', {
            from: '2026-01-01T00:00:00Z',
            until: '2026-12-31T00:00:00Z',
            reason: 'Old versions move to the archive',
          })
          .deleteImage('release-4')
          .example(),
        disposition: 'ticket',
      },
    ],
    silent: [
      {
        name: 'a digest that nobody cites is deleted',
        ...plainReleases().run('release-4').deleteImage('release-5').example(),
      },
      {
        name: 'an untagged child that no index needs is deleted',
        ...plainReleases().push([], 'stray').deleteImage('stray').example(),
      },
      {
        name: 'one of several tags of a cited digest is removed',
        ...plainReleases()
          .push('stable', 'release-4')
          .run('release-4', { tag: '1.4.0' })
          .deleteTag('stable')
          .example(),
      },
      {
        name: 'latest moves on while the cited digest keeps its version tag',
        ...plainReleases()
          .push('latest', 'release-20')
          .run('release-20', { tag: 'latest' })
          .days(1)
          .push(['1.21.0', 'latest'], 'release-21')
          .example(),
      },
    ],
  },
};

function indexed(told: Story): Story {
  return told.event('artifact.pushed', {
    repository: REPOSITORY,
    digest: image('index'),
    tags: ['2.0.0'],
    children: [{ digest: image('amd') }, { digest: image('arm') }],
    actor: { name: 'maya' },
  });
}
