import { announcedChange } from './context/announced-change.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, listReferrers, placeOf } from './context/registry-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { builtReleases, plainReleases, story } from './examples/story.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { digestIn, explain, provenanceHabit } from './view/explain.ts';
import type { AwaitedPush, RepositoryView } from './view/project-view.ts';
import { shareOf } from './windows/bit-window.ts';

const metadata: DetectorMetadata = {
  id: 'D03',
  rule: 'provenance-gap',
  version: 1,
  title: 'A push without the provenance that pushes have here',
  description:
    "A digest got its first tag and neither a build run nor a verified attestation explains it, although the repository's last pushes were explained; or it lacks the attestation that they all have. Judged at the push where explanations come first, otherwise when three times the repository's longest usual delay (10 minutes to 12 hours; one hour while unknown) has passed, as a later entry of the project shows.",
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved'],
  falsePositives: [
    'An emergency release from a laptop.',
    'A builder whose events stopped arriving: every push of the project then lacks its build; look at the health of the source first.',
    'A build event that arrives after its push in a repository where builds always arrive first.',
  ],
  knownGaps: [
    'A repository that never had provenance has no gap.',
    'A build event that a compromised builder invents explains the push.',
    'Where explanations come after the push, silence of the whole project delays the finding until its next event.',
  ],
  remediation:
    'Ask the publisher how the digest was made; without a build that can be shown, remove its tags, revoke the credential, and publish a build of the same source.',
  references: {
    attack: ['T1195.002', 'T1078'],
    slsa: ['E: Build process', 'G: Package upload'],
    controls: ['SR-4', 'SI-7', 'CM-14'],
  },
};

type Gap = {
  readonly repository: RepositoryView;
  readonly digest: string;
  readonly tags: readonly { readonly tag: string; readonly from: string | undefined }[];
  readonly at: number;
  readonly by: string;
  readonly publisherKnown: boolean;
  readonly missing: 'build' | 'attestation';
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, actor } = context;
  const { event } = context.entry;
  if (event.type !== 'artifact.pushed' && event.type !== 'tag.moved') return [];
  const repository = view.repositories.get(event.data.repository);
  const changes = tagChangesOf(event);
  const digest = changes[0]?.to;
  if (repository === undefined || digest === undefined) return [];
  const habit = provenanceHabit(context.view, repository);
  if (!habit.before || habit.expects === 'nothing') return [];
  if (digestIn(repository, digest)?.everTagged === true) return [];
  const parts =
    event.type === 'artifact.pushed'
      ? event.data.children?.map((child) => child.digest)
      : undefined;
  if (explain(view, repository, digest, parts).kind !== 'none') return [];
  return describe(context, {
    repository,
    digest,
    tags: changes.map(({ tag, from }) => ({ tag, from: repository.tags.get(tag)?.digest ?? from })),
    at,
    by: actor,
    publisherKnown: repository.publishers.has(actor),
    missing: 'build',
  });
}

function judgeDue(context: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  const repository = context.view.repositories.get(due.repository);
  if (repository === undefined) return [];
  const habit = provenanceHabit(context.view, repository);
  const { digest, tags, at, by, publisherKnown } = due;
  const gap = { repository, digest, tags, at, by, publisherKnown };
  const about = { ref: due.ref, at, actor: by };
  if (!due.explained && !due.judgedAtPush && habit.expects !== 'nothing') {
    return describe(context, { ...gap, missing: 'build' }).map((draft) => ({ ...draft, about }));
  }
  if (due.explained && !due.attested && habit.attested) {
    return describe(context, { ...gap, missing: 'attestation' }).map((draft) => ({
      ...draft,
      about,
    }));
  }
  return [];
}

function describe(context: JudgeContext, gap: Gap): readonly FindingDraft[] {
  const { repository, digest, tags, by, missing } = gap;
  const habit = provenanceHabit(context.view, repository);
  const window = missing === 'build' ? repository.explained : repository.attested;
  const share = shareOf(window);
  const name = `${repository.name}@${digest}`;
  const taken = tags.map(({ tag }) => tag).join(', ');
  const moved = tags.filter(({ from }) => from !== undefined && from !== digest);
  const place = placeOf(repository, { repository: repository.name });
  const context_: ContextDraft[] = [
    ...(window.count >= 20 && share >= 0.97
      ? [
          {
            kind: 'consistent-history',
            reason: `${percent(share)} of the last ${window.count} pushes had it`,
            effect: 0.1,
          },
        ]
      : []),
    ...(gap.publisherKnown || by === ''
      ? []
      : [{ kind: 'publisher-new', reason: `${by} has never published here`, effect: 0.15 }]),
    ...(moved.length > 0
      ? [
          {
            kind: 'tag-moved',
            reason: `The push took ${moved.length === 1 ? 'a tag' : `${moved.length} tags`} from other content`,
            effect: 0.1,
          },
        ]
      : []),
    ...announcedChange(context.view, {
      rule: metadata.rule,
      at: gap.at,
      repository: repository.name,
      ...(tags[0] === undefined ? {} : { tag: tags[0].tag }),
      actor: by,
    }),
  ];
  return [
    {
      title:
        missing === 'build'
          ? `No build explains ${repository.name}:${tags[0]?.tag ?? ''}`
          : `${repository.name}:${tags[0]?.tag ?? ''} lacks the attestation that releases have here`,
      message: `${by || 'An unknown actor'} pushed ${name} as ${taken}. ${
        missing === 'build'
          ? 'No build run and no verified attestation names this digest'
          : 'A build explains it, but no verified attestation came'
      }, while ${percent(share)} of the last ${window.count} pushes had theirs.`,
      subject: {
        kind: 'artifact',
        key: `artifact:${name}`,
        repository: repository.name,
        digest,
        ...(tags[0] === undefined ? {} : { tag: tags[0].tag }),
      },
      observed: { missing, tags: tags.map(({ tag }) => tag).slice(0, 16) },
      expected: {
        share,
        observed: window.count,
        before: habit.before,
        graceSeconds: habit.grace / 1000,
      },
      role: 'the push',
      evidence: [],
      base: missing === 'attestation' ? 0.5 : habit.expects === 'always' ? 0.6 : 0.45,
      context: context_,
      ...(missing === 'attestation' ? { atMost: 'ticket' as const } : {}),
      remediation: {
        summary: metadata.remediation,
        owner: 'release engineers',
        steps: [
          inspectDigest(place, digest, 'Look at when and from what the image says it was made.'),
          listReferrers(place, digest),
          searchEntries('See whether any build of the project names the digest.', {
            digest: digest,
          }),
          { text: `Ask ${by || 'the publishers of the repository'} how it was built and by what.` },
        ],
      },
    },
  ];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export const provenanceGap: Detector = {
  metadata,
  judge,
  judgeDue,
  examples: {
    fires: [
      {
        name: 'a stranger pushes past the builder',
        ...builtReleases().days(1).push('1.21.0', 'foreign', 'stranger').example(),
        disposition: 'page',
      },
      {
        name: 'a publisher of old pushes a new version by hand: work, not an alarm',
        ...builtReleases().days(1).push('1.21.0', 'by-hand').example(),
        disposition: 'ticket',
      },
      {
        name: 'the run that names the digest failed',
        ...builtReleases()
          .days(1)
          .build('broken', { outcome: 'failure' })
          .push('1.21.0', 'broken')
          .example(),
        disposition: 'ticket',
      },
      {
        name: 'builds come after the push here, and the usual delay is over',
        ...laterReleases().push('2.0.0', 'foreign').days(1).push('2.0.1', 'next').example(),
        disposition: 'ticket',
      },
      {
        name: 'a build, but no attestation where every release has one',
        ...attestedReleases()
          .build('bare')
          .push('2.0.0', 'bare')
          .days(1)
          .push('2.0.1', 'x')
          .example(),
        disposition: 'ticket',
      },
      {
        name: 'announced, so nobody is woken for the stranger',
        ...builtReleases()
          .event('change.announced', {
            from: '2026-01-01T00:00:00Z',
            until: '2026-12-31T00:00:00Z',
            reason: 'Release by hand while the builder is moved',
            actors: ['stranger'],
          })
          .days(1)
          .push('1.21.0', 'by-hand', 'stranger')
          .example(),
        disposition: 'log',
      },
    ],
    silent: [
      {
        name: 'a built release',
        ...builtReleases().days(1).build('release-21').push('1.21.0', 'release-21').example(),
      },
      {
        name: 'nothing is ever built here',
        ...plainReleases().days(1).push('1.21.0', 'foreign', 'stranger').example(),
      },
      {
        name: 'builds come after the push here, and there is time still',
        ...laterReleases().push('2.0.0', 'next').example(),
      },
      {
        name: 'the late build is the entry that ends the wait',
        ...laterReleases().push('2.0.0', 'next').days(1).build('next').example(),
      },
      {
        name: 'an attestation that was verified stands in for the build event',
        ...attestedReleases().days(1).push('2.0.0', 'signed').attest('signed').example(),
      },
      {
        name: 'an old digest gets one more tag',
        ...builtReleases().days(1).push('stable', 'release-20').example(),
      },
      {
        name: 'a child manifest is pushed by digest before its index',
        ...builtReleases().days(1).push([], 'child').example(),
      },
      {
        name: 'too little history to expect anything',
        ...story()
          .times(5, (told, turn) => told.days(1).build(`a${turn}`).push(`0.${turn}.0`, `a${turn}`))
          .push('0.6.0', 'by-hand')
          .example(),
      },
    ],
  },
};

function laterReleases() {
  return story('lab/later').times(20, (told, turn) =>
    told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
  );
}

function attestedReleases() {
  return story('lab/signed').times(20, (told, turn) =>
    told.days(1).build(`s-${turn}`).push(`1.${turn}.0`, `s-${turn}`).attest(`s-${turn}`),
  );
}
