import type { Disposition } from '../../services/core/finding.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import { nameOf, searchPrincipal } from '../context/principal-steps.ts';
import type { ContextDraft, EvidenceDraft, FindingDraft, JudgeContext } from '../detector.ts';
import { refOf } from '../view/entry-facts.ts';

/** Words, evidence and commands for a right that was widened or used. */
export function describeEscalation(
  context: JudgeContext,
  told: {
    /** Who has the right now. */
    readonly who: string;
    /** Who gave or used it. */
    readonly by: string;
    readonly title: string;
    readonly message: string;
    readonly observed: Readonly<Record<string, unknown>>;
    readonly expected: Readonly<Record<string, unknown>>;
    readonly evidence: readonly EvidenceDraft[];
    readonly identity?: readonly string[];
    readonly base: number;
    readonly context: readonly ContextDraft[];
    readonly atMost?: Disposition;
    readonly repository: string | undefined;
  },
): FindingDraft {
  const { who, by, repository } = told;
  const doer = by === '' ? who : by;
  return {
    title: told.title,
    message: told.message,
    subject: {
      kind: 'principal',
      key: `principal:${who}`,
      principal: who.slice(0, 256),
      ...(repository === undefined ? {} : { repository }),
    },
    observed: told.observed,
    expected: told.expected,
    ...(context.actor === '' && by !== ''
      ? { about: { ref: refOf(context.entry), at: context.at, actor: by } }
      : {}),
    role: 'the right that was given or used',
    evidence: told.evidence,
    ...(told.identity === undefined ? {} : { identity: told.identity }),
    base: told.base,
    context: told.context,
    ...(told.atMost === undefined ? {} : { atMost: told.atMost }),
    remediation: {
      owner: 'registry administrators',
      steps: [
        searchPrincipal(doer, context.at),
        searchEntries('List the grants on record.', { type: 'role.granted' }),
        {
          text: `Ask ${nameOf(doer)} (or its owner) over another channel, and the owner of the project, whether this was meant.`,
        },
        {
          text: `If not: take the right back from ${nameOf(who)}, revoke the credentials of both, and undo what was done with it.`,
        },
      ],
    },
  };
}
