import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, placeOf, pointTagBack } from '../context/registry-commands.ts';
import type { ContextDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { listWords } from '../text/list-words.ts';
import { provenanceHabit } from '../view/explain.ts';
import type { RepositoryView, TagView } from '../view/project-view.ts';
import { isConfirmed } from '../view/rhythm/unseen-write.ts';
import { expectationOf } from '../view/tag-habit.ts';

/** A tag, or a digest without one, that is not as the events say. */
export type UnseenWrite = {
  readonly tag: string | undefined;
  readonly digest: string;
  readonly expected: TagView | undefined;
  /** The repository never had the digest as far as anybody told. */
  readonly foreign: boolean;
};

type ToldWrite = {
  /** What showed it, for people. */
  readonly how: string;
  readonly writes: readonly UnseenWrite[];
  /** Tags that a complete listing lacks. */
  readonly missing: readonly string[];
};

export function describeWrite(
  context: JudgeContext,
  repository: RepositoryView,
  told: ToldWrite,
): FindingDraft {
  const { how, writes, missing } = told;
  const foreign = writes.filter((write) => write.foreign);
  const first = foreign[0] ?? writes[0];
  const place = placeOf(repository, { repository: repository.name });
  const tags = [...writes.flatMap(({ tag }) => (tag === undefined ? [] : [tag])), ...missing];
  const name = first?.tag === undefined ? repository.name : `${repository.name}:${first.tag}`;
  const changed =
    writes.length > 0
      ? `shows ${listWords(writes.map(({ tag, digest }) => `${tag ?? 'an image'} at ${digest}`))}`
      : '';
  const absent = missing.length > 0 ? `lacks ${listWords(missing)}` : '';
  return {
    title:
      writes.length === 0
        ? `Tags of ${repository.name} are gone without an event`
        : `${name} was written past the events`,
    message: `In ${repository.name}, ${how} ${[changed, absent].filter(Boolean).join(' and ')}, while no event tells of such a change. ${repository.pushes} pushes were told here.`,
    subject: {
      kind: 'repository',
      key: `side-door:${name}`,
      repository: repository.name,
      ...(first?.tag === undefined ? {} : { tag: first.tag }),
      ...(first === undefined ? {} : { digest: first.digest }),
    },
    observed: {
      by: how,
      tags: writes.slice(0, 16).map(({ tag, digest }) => ({ tag, digest })),
      missing: missing.slice(0, 16),
    },
    expected: {
      tags: writes.slice(0, 16).map(({ tag, expected }) => ({ tag, digest: expected?.digest })),
    },
    role: how,
    evidence: writes
      .slice(0, 16)
      .flatMap(({ expected }) =>
        expected === undefined ? [] : [{ ...expected.ref, role: 'the last change that was told' }],
      ),
    tags,
    base:
      first?.tag === undefined
        ? writes.length === 0
          ? 0.5
          : 0.35
        : foreign.length > 0
          ? 0.55
          : 0.45,
    context: circumstancesOf(context, repository, foreign),
    remediation: {
      owner: 'registry administrators',
      steps: [
        ...(first === undefined
          ? []
          : [inspectDigest(place, first.digest, 'Look at what is there.')]),
        {
          text: "Find the write in the registry's own log, and whether our webhook was down at the time.",
          command: 'provost doctor',
        },
        ...(first?.tag === undefined || first.expected === undefined
          ? []
          : [pointTagBack(place, first.tag, first.expected.digest)]),
        searchEntries('See what was told of the repository.', { repository: repository.name }),
      ],
    },
  };
}

function circumstancesOf(
  { view, at }: JudgeContext,
  repository: RepositoryView,
  foreign: readonly UnseenWrite[],
): readonly ContextDraft[] {
  const { tag, expected } = foreign[0] ?? {};
  if (tag === undefined) return [];
  const stays =
    expected !== undefined && expectationOf(repository, tag, expected, at).kind === 'stays';
  const habit = provenanceHabit(view, repository);
  return [
    ...(habit.expects === 'always'
      ? [
          {
            kind: 'unexplained-here',
            reason:
              'Nothing explains the content, where builds or attestations explain all that is pushed',
            effect: 0.15,
          },
        ]
      : []),
    ...(stays ? [{ kind: 'stays', reason: 'Tags of its kind never move here', effect: 0.1 }] : []),
    ...(isConfirmed(repository)
      ? [
          {
            kind: 'always-agreed',
            reason:
              'What others said of the tags of this repository agreed with the events until now',
            effect: 0.15,
          },
        ]
      : []),
  ];
}
