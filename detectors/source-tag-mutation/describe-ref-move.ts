import type { Disposition } from '../../services/core/finding.ts';
import { inspectCommit, listBranchesWith, pointRefBack } from '../context/git-commands.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft } from '../detector.ts';
import { leafOf } from '../view/sources/source-name.ts';
import type { TagExpectation } from '../view/tag-habit.ts';
import { excursionOf, type RefMove } from './ref-move.ts';

type Judged = {
  /** What says that the tag stays, or that it moves only with a release. */
  readonly by: 'policy' | 'habit' | 'release';
  readonly habit: TagExpectation;
  readonly base: number;
  readonly context: readonly ContextDraft[];
  readonly atMost?: Disposition;
};

/** Words, evidence and commands for the move of a git tag that was judged. */
export function describeRefMove(move: RefMove, judged: Judged): FindingDraft {
  const { repository, name, data, known, from, to, by } = move;
  const point = excursionOf(move);
  const title = `${leafOf(repository)}@${name}`;
  const last = known?.before?.at(-1);
  const evidence: EvidenceDraft[] = [
    ...(point === undefined ? [] : [{ ...point.ref, role: 'the excursion: the move away' }]),
    ...(last === undefined || last === point ? [] : [{ ...last.ref, role: 'the move before' }]),
  ];
  return {
    title: point === undefined ? `${title} points to another commit` : `${title} came back`,
    message: `${by || 'An unknown actor'} moved the tag ${name} of ${repository} ${from === undefined ? '' : `from ${from} `}to ${to}${known?.gone === true ? ' (it had been deleted in between)' : ''}. ${whyNews(judged)}`,
    subject: {
      kind: 'source-ref',
      key: `source-ref:${repository}@${name}`,
      ...(name.length <= 128 ? { tag: name } : {}),
    },
    observed: { ...(from === undefined ? {} : { from }), to, deletedBefore: known?.gone ?? false },
    expected: expectationIn(judged),
    role: point === undefined ? 'the move' : 'the move back',
    evidence,
    tags: [name],
    base: judged.base,
    context: judged.context,
    ...(judged.atMost === undefined ? {} : { atMost: judged.atMost }),
    remediation: {
      owner: 'maintainers of the source repository',
      steps: [
        inspectCommit(data.sourceRepository, to, 'Look at what the tag gives people now.'),
        listBranchesWith(data.sourceRepository, to),
        ...(from === undefined || point !== undefined
          ? []
          : [pointRefBack(data.sourceRepository, data.ref, { from, to })]),
        {
          text: `Ask ${by || 'the maintainers'} whether the move was meant; if not, revoke the credential that made it.`,
        },
        searchEntries('List what was built since the move, and look for the source.', {
          type: 'build.finished',
          from: new Date(move.at).toISOString(),
        }),
      ],
    },
  };
}

function whyNews({ by, habit: { peers, days, moveDays } }: Judged): string {
  switch (by) {
    case 'policy':
      return 'The policy says that this tag never moves.';
    case 'habit':
      return `Tags of its kind do not move here: ${peers} of them, ${moveDays} of ${days} active days with a move.`;
    case 'release':
      return 'Such a tag moves here, but always to the commit of a release tag, and no other tag points to this one.';
  }
}

function expectationIn({ by, habit: { peers, days, moveDays } }: Judged): Record<string, unknown> {
  return by === 'release'
    ? { commit: 'of a release tag' }
    : { tag: 'stays', by, peers, activeDays: days, daysWithMoves: moveDays };
}
