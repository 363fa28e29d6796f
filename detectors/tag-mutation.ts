import type { Disposition } from '../services/core/finding.ts';
import { announcedChange } from './context/announced-change.ts';
import { searchEntries } from './context/ledger-commands.ts';
import { inspectDigest, type Place, placeOf, pointTagBack } from './context/registry-commands.ts';
import { policyOfTag } from './detection-policy.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  EvidenceDraft,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { builtReleases, plainReleases, rebuiltReleases, story } from './examples/story.ts';
import { tagChangesOf } from './view/entry-facts.ts';
import { type Explanation, explain, isUsualOrigin, provenanceHabit } from './view/explain.ts';
import { DAY, HOUR } from './view/limits.ts';
import type {
  AwaitedPush,
  ProjectView,
  RepositoryView,
  TagPoint,
  TagView,
} from './view/project-view.ts';
import { expectationOf } from './view/tag-habit.ts';

const metadata: DetectorMetadata = {
  id: 'D01',
  rule: 'tag-mutation',
  version: 1,
  title: 'A tag that stays points to other content',
  description:
    "A tag that the policy calls immutable, or that never moves by the repository's own habit, now points to another digest; or a tag that moves routinely went to a digest that nothing explains, in a repository whose digests are always explained. The way back (A → B → A) is recognised, and the excursion stays as evidence.",
  severity: 'critical',
  listensTo: ['artifact.pushed', 'tag.moved', 'registry.snapshot-taken'],
  falsePositives: [
    'A release that was pushed by hand and re-pushed by hand within its first days, in a repository without build events.',
    'The first re-build of old releases in a repository that never re-built before: a build that explains it keeps it a log entry, an announced change lowers it further.',
    'A build event that arrives after its push in a repository where builds always arrive first.',
  ],
  knownGaps: [
    'A malicious digest that the usual builder made from the usual source is explained (D06, D07, D09 and D21 look there).',
    'A repository younger than three days or with fewer than four tags of a kind has no habit yet; an immutable pattern in the policy covers it from the first push.',
    'Two registries that use one repository name in one project share their habits; give each its own project.',
    'Where explanations come after the push, an unexplained move is known when the usual delay is over and the project has another event.',
  ],
  remediation:
    'Find out who moved the tag and why; if it was not meant, point it back to the digest before, revoke the credential, and tell those who pulled it meanwhile.',
  references: {
    attack: ['T1195.002', 'T1525'],
    slsa: ['H: Package registry threats', 'G: Distribution channel threats'],
    controls: ['SI-7', 'CM-3', 'CM-5'],
  },
};

type Move = {
  readonly repository: RepositoryView;
  readonly place: Place;
  readonly tag: string;
  readonly known: TagView | undefined;
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly by: string;
  readonly publisherKnown: boolean;
  readonly explanation: Explanation;
  /** The time for an explanation is over, or explanations come first here. */
  readonly gapIsKnown: boolean;
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  const changes = tagChangesOf(event);
  if (changes.length === 0 || !('repository' in event.data)) return [];
  const repository = context.view.repositories.get(event.data.repository ?? '');
  if (repository === undefined) return [];
  const drafts: FindingDraft[] = [];
  for (const { tag, from: claimed, to } of changes) {
    const known = repository.tags.get(tag);
    const from = known?.digest ?? claimed;
    if (from === undefined || from === to) continue;
    const parts =
      event.type === 'artifact.pushed'
        ? event.data.children?.map((child) => child.digest)
        : undefined;
    const draft = judgeMove(context, {
      repository,
      place: placeOf(repository, { repository: repository.name }),
      tag,
      known,
      from,
      to,
      at: context.at,
      by: context.actor,
      publisherKnown: repository.publishers.has(context.actor),
      explanation: explain(context.view, repository, to, parts),
      gapIsKnown: provenanceHabit(context.view, repository).before,
    });
    if (draft !== undefined) drafts.push(draft);
  }
  return drafts;
}

/** The part that could not be judged at the push: nothing has explained the digest in the time that it usually takes. */
function judgeDue(context: JudgeContext, due: AwaitedPush): readonly FindingDraft[] {
  const repository = context.view.repositories.get(due.repository);
  if (repository === undefined || due.explained || due.judgedAtPush) return [];
  return due.tags.flatMap(({ tag, from }) => {
    const known = repository.tags.get(tag);
    if (from === undefined || from === due.digest || !isUnexplainedNews(context.view, repository))
      return [];
    const draft = judgeMove(context, {
      repository,
      place: placeOf(repository, { repository: repository.name }),
      tag,
      known,
      from,
      to: due.digest,
      at: due.at,
      by: due.by,
      publisherKnown: due.publisherKnown,
      explanation: { kind: 'none' },
      gapIsKnown: true,
    });
    return draft === undefined
      ? []
      : [{ ...draft, about: { ref: due.ref, at: due.at, actor: due.by } }];
  });
}

function judgeMove(context: JudgeContext, move: Move): FindingDraft | undefined {
  const { repository, tag, explanation } = move;
  const policy = policyOfTag(context.policy, tag);
  const habit = expectationOf(repository, tag, move.known, move.at);
  const stays = policy === 'immutable' || (policy === undefined && habit.kind === 'stays');
  const gap = explanation.kind === 'none' && isUnexplainedNews(context.view, repository);
  // The gap is half of the story: where explanations come later, wait for them unless the policy forbids the move.
  if (gap && !move.gapIsKnown && policy !== 'immutable') return undefined;
  if (!stays && !gap) return undefined;

  const expects = provenanceHabit(context.view, repository).expects;
  const base = policy === 'immutable' ? 0.9 : stays ? (habit.strong ? 0.8 : 0.6) : 0.5;
  const episode = episodeOf(move);
  const draft: ContextDraft[] = [
    ...explanationContext(repository, move),
    ...(gap && move.gapIsKnown
      ? [
          {
            kind: 'unexplained-here',
            reason: `Nothing explains the digest, while builds or attestations explained ${percent(provenanceHabit(context.view, repository).share)} of the last ${repository.explained.count} pushes`,
            effect: expects === 'always' ? Math.max(0.15, 0.85 - base) : 0.1,
          },
        ]
      : []),
    ...(move.publisherKnown || move.by === '' || repository.publishers.size === 0
      ? []
      : [
          {
            kind: 'publisher-new',
            reason: `${move.by} has never published here`,
            effect: 0.1,
          },
        ]),
    ...episodeContext(repository, move, episode),
    ...announcedChange(context.view, {
      rule: metadata.rule,
      at: move.at,
      repository: repository.name,
      tag,
      actor: move.by,
    }),
  ];
  return describe(move, {
    base,
    context: draft,
    why:
      policy === 'immutable'
        ? 'The policy says that this tag never moves.'
        : stays
          ? `Tags of its kind do not move here: ${habit.peers} of them, ${habit.moveDays} of ${habit.days} active days with a move.`
          : 'Tags of this kind move here, but always to digests that something explains.',
    expected: stays
      ? {
          tag: 'stays',
          by: policy === 'immutable' ? 'policy' : 'habit',
          peers: habit.peers,
          activeDays: habit.days,
          daysWithMoves: habit.moveDays,
        }
      : {
          digest: 'explained',
          share: provenanceHabit(context.view, repository).share,
          observed: repository.explained.count,
        },
    episode,
  });
}

/** An unexplained digest is only news where digests are explained. */
function isUnexplainedNews(view: ProjectView, repository: RepositoryView): boolean {
  return provenanceHabit(view, repository).expects !== 'nothing';
}

function explanationContext(repository: RepositoryView, move: Move): readonly ContextDraft[] {
  const { explanation } = move;
  switch (explanation.kind) {
    case 'build': {
      const { build } = explanation;
      return isUsualOrigin(repository, build, move.at)
        ? [
            {
              kind: 'usual-build',
              reason: `The usual builder made it from the usual source (entry ${build.ref.index} of shard ${build.ref.shard})`,
              effect: -0.4,
            },
          ]
        : [
            {
              kind: 'unusual-build',
              reason: `A build explains it, but of a builder or source that this repository does not know: ${build.builder} from ${build.source}`,
              effect: -0.05,
            },
          ];
    }
    case 'attestation':
      return [
        {
          kind: 'attested',
          reason: `Verified provenance signed by ${explanation.signer}`,
          effect: -0.4,
        },
      ];
    case 'parts':
      return [
        { kind: 'parts-explained', reason: 'All parts of the index are explained', effect: -0.4 },
      ];
    case 'known':
      return [
        {
          kind: 'known-digest',
          reason: 'The digest has been in this repository before',
          effect: -0.25,
        },
      ];
    case 'none':
      return [];
  }
}

/** A → B → A: where the tag goes back to, and what is known of the way out. */
type Episode = { readonly before: TagPoint; readonly out: TagView; readonly lasted: number };

function episodeOf(move: Move): Episode | undefined {
  const { known, to } = move;
  if (known === undefined || known.digest === to) return undefined;
  const before = known.before?.findLast((point) => point.digest === to);
  return before && { before, out: known, lasted: move.at - known.last };
}

function episodeContext(
  repository: RepositoryView,
  move: Move,
  episode: Episode | undefined,
): readonly ContextDraft[] {
  if (episode === undefined) return [];
  const { out, lasted } = episode;
  const known = repository.publishers.get(move.by);
  // Somebody else, who was trusted before the excursion began, puts it right: that is the cure.
  if (
    out.unexplained &&
    move.by !== out.by &&
    known !== undefined &&
    known.first < out.last - DAY
  ) {
    return [
      {
        kind: 'cure',
        reason: `${move.by} points the tag back to where it was before ${out.by || 'an unknown actor'} moved it; the excursion remains to be explained`,
        effect: -0.6,
      },
    ];
  }
  return lasted < DAY
    ? [
        {
          kind: 'there-and-back',
          reason: `The tag is back after ${hours(lasted)} at another digest, by ${move.by === out.by ? 'the same actor' : 'an actor without history'}: who pulled it meanwhile got that`,
          effect: 0.1,
        },
      ]
    : [];
}

function describe(
  move: Move,
  judged: {
    readonly base: number;
    readonly context: readonly ContextDraft[];
    readonly why: string;
    readonly expected: Readonly<Record<string, unknown>>;
    readonly episode: Episode | undefined;
    readonly atMost?: Disposition;
  },
): FindingDraft {
  const { repository, place, tag, from, to, by, known, explanation } = move;
  const name = `${repository.name}:${tag}`;
  const back = judged.episode !== undefined;
  const evidence: EvidenceDraft[] = [];
  if (known !== undefined) {
    evidence.push({ ...known.ref, role: back ? 'the excursion: the move away' : 'the tag before' });
  }
  if (judged.episode !== undefined) {
    evidence.push({ ...judged.episode.before.ref, role: 'the tag before the excursion' });
  }
  if (explanation.kind === 'build') {
    evidence.push({ ...explanation.build.ref, role: 'the build that made the digest' });
  }
  return {
    title: back ? `${name} went elsewhere and came back` : `${name} points to other content`,
    message: `${by || 'An unknown actor'} moved ${name} from ${from} to ${to}${known?.gone === true ? ' (it had been deleted in between)' : ''}. ${judged.why}`,
    subject: { kind: 'tag', key: `tag:${name}`, repository: repository.name, tag, digest: to },
    observed: {
      from,
      to,
      explainedBy: explanation.kind,
      ...(judged.episode === undefined
        ? {}
        : { excursionSeconds: Math.round(judged.episode.lasted / 1000) }),
    },
    expected: judged.expected,
    role: back ? 'the move back' : 'the move',
    evidence,
    base: judged.base,
    context: judged.context,
    remediation: {
      summary: metadata.remediation,
      owner: 'registry administrators',
      steps: [
        inspectDigest(place, to, 'Look at what the tag gives people now.'),
        ...(back ? [] : [pointTagBack(place, tag, from)]),
        {
          text: `Ask ${by || 'the publishers of the repository'} whether the move was meant; if not, revoke the credential that made it.`,
        },
        searchEntries('List who resolved the tag since the move.', {
          repository: repository.name,
          tag: tag,
        }),
      ],
    },
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function hours(duration: number): string {
  return duration < HOUR
    ? `${Math.max(1, Math.round(duration / 60_000))} minutes`
    : `${Math.round(duration / HOUR)} hours`;
}

export const tagMutation: Detector = {
  metadata,
  judge,
  judgeDue,
  examples: {
    fires: [
      {
        name: 'a version tag that never moved goes to a digest no build explains',
        ...builtReleases().days(1).push('1.3.0', 'foreign', 'stranger').example(),
        disposition: 'page',
      },
      {
        name: 'the same, by a publisher of old',
        ...builtReleases().days(1).push('1.3.0', 'foreign').example(),
        disposition: 'page',
      },
      {
        name: 'a version tag moves in a repository without builds where none ever moved',
        ...plainReleases().days(1).move('1.7.0', 'other').example(),
        disposition: 'page',
      },
      {
        name: 'a tag that moves every week goes to a digest nothing explains',
        ...rebuiltReleases().days(7).push('1.2.0', 'foreign').example(),
        disposition: 'page',
      },
      {
        name: 'a tag that the policy calls immutable moves in a young repository',
        ...plainReleases('lab/young').days(1).push('paper', 'one').push('paper', 'two').example(),
        policy: { immutableTags: ['paper*'] },
        disposition: 'page',
      },
      {
        name: 'the attacker puts the tag back within the hour',
        ...builtReleases()
          .days(1)
          .push('1.3.0', 'foreign', 'stranger')
          .push('1.3.0', 'release-3', 'stranger')
          .example(),
        disposition: 'ticket',
      },
      {
        name: 'another, trusted publisher cures the tag: on record, nobody is woken again',
        ...builtReleases()
          .days(1)
          .push('1.3.0', 'foreign', 'stranger')
          .push('1.3.0', 'release-3')
          .example(),
        disposition: 'log',
      },
      {
        name: 'a deleted version tag comes back as something else',
        ...plainReleases().days(1).deleteTag('1.4.0').push('1.4.0', 'other').example(),
        disposition: 'page',
      },
      {
        name: 'the usual builder re-builds a version that never moved: on record',
        ...builtReleases().days(1).build('again').push('1.5.0', 'again').example(),
        disposition: 'log',
      },
      {
        name: 'a build explains the move, but of a source that was never built here',
        ...builtReleases()
          .days(1)
          .build('forked', { sourceRepository: 'https://git.example/stranger/tool' })
          .push('1.5.0', 'forked')
          .example(),
        disposition: 'ticket',
      },
      {
        name: 'a version moves where only a few days were seen: work, not an alarm',
        ...story('lab/few')
          .times(5, (told, turn) => told.days(1).push(`1.${turn}.0`, `few-${turn}`))
          .days(1)
          .push('1.3.0', 'other')
          .example(),
        disposition: 'ticket',
      },
      {
        name: 'builds come after the push here, and this one never came',
        ...builtLater().push('1.2.0', 'foreign').days(1).push('2.0.0', 'late').example(),
        disposition: 'page',
      },
    ],
    silent: [
      {
        name: 'a new version',
        ...builtReleases().days(1).build('release-21').push('1.21.0', 'release-21').example(),
      },
      {
        name: 'version tags that are re-built every week',
        ...rebuiltReleases().days(7).build('next').push('1.2.0', 'next').example(),
      },
      {
        name: 'latest follows each release',
        ...plainReleases()
          .times(5, (told, turn) => told.days(1).push(['latest', `2.${turn}.0`], `second-${turn}`))
          .days(1)
          .push(['latest', '2.6.0'], 'second-6')
          .example(),
      },
      {
        name: 'the same tag is pushed with the same content again',
        ...builtReleases().days(1).push('1.3.0', 'release-3').example(),
      },
      {
        name: 'a repository too young to have habits',
        ...plainReleases('lab/new').example(),
      },
      {
        name: 'the policy lets the tag move',
        ...plainReleases().days(1).push('1.3.0', 'other').example(),
        policy: { movingTags: ['1.*'] },
      },
      {
        name: 'builds come after the push here, and there is time still',
        ...builtLater().push('1.2.0', 'next').example(),
      },
    ],
  },
};

function builtLater() {
  return rebuiltReleases('lab/later').times(4, (told, week) =>
    told
      .days(7)
      .times(4, (inner, version) =>
        inner
          .push(`1.${version}.0`, `late-${version}-${week}`)
          .hours(0.2)
          .build(`late-${version}-${week}`),
      ),
  );
}
