import { searchEntries } from '../context/ledger-commands.ts';
import { inspectDigest, pointTagBack } from '../context/registry-commands.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft } from '../detector.ts';
import { markedRef } from '../view/entry-mark.ts';
import type { ProvenanceHabit } from '../view/explain.ts';
import type { TagExpectation } from '../view/tag-habit.ts';
import type { Episode, Move } from './move.ts';

/** What was expected instead of the move, for people and for machines. */
type Expectation = {
  readonly why: string;
  readonly expected: Readonly<Record<string, unknown>>;
};

/** Words, evidence and commands for a move that was judged. */
export function describeMove(
  move: Move,
  judged: Expectation & {
    readonly base: number;
    readonly context: readonly ContextDraft[];
    readonly episode: Episode | undefined;
  },
): FindingDraft {
  const { repository, place, tag, from, to, by, left, explanation } = move;
  const name = `${repository.name}:${tag}`;
  const back = judged.episode !== undefined;
  const evidence: EvidenceDraft[] = [];
  if (left !== undefined) {
    const away = back ? 'the excursion: the move away' : 'the tag before';
    evidence.push({ ...left.ref, role: left.gone ? 'the removal of the tag' : away });
  }
  if (judged.episode !== undefined) {
    evidence.push({ ...judged.episode.before.ref, role: 'the tag before the excursion' });
  }
  if (explanation.kind === 'build') {
    evidence.push({ ...markedRef(explanation.build), role: 'the build that made the digest' });
  }
  return {
    title: back ? `${name} went elsewhere and came back` : `${name} points to other content`,
    message: `${by || 'An unknown actor'} moved ${name} from ${from} to ${to}${left?.gone === true ? ' (it had been deleted in between)' : ''}. ${judged.why}`,
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

export function expectTagToStay(by: 'policy' | 'habit', habit: TagExpectation): Expectation {
  const { peers, days: activeDays, moveDays: daysWithMoves } = habit;
  return {
    why:
      by === 'policy'
        ? 'The policy says that this tag never moves.'
        : `Tags of its kind do not move here: ${peers} of them, ${daysWithMoves} of ${activeDays} active days with a move.`,
    expected: { tag: 'stays', by, peers, activeDays, daysWithMoves },
  };
}

export function expectExplainedDigest({ share, observed }: ProvenanceHabit): Expectation {
  return {
    why: 'Tags of this kind move here, but always to digests that something explains.',
    expected: { digest: 'explained', share, observed },
  };
}
