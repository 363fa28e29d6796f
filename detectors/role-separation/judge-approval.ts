import { areTwoPeople } from '../../services/core/baseline/two-people.ts';
import type { EventOf } from '../../services/core/events/event.ts';
import { searchEntries } from '../context/ledger-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';

/** Judges that a baseline is approved by whoever proposed it. */
export function judgeApproval(
  context: JudgeContext,
  event: EventOf<'baseline.approved'>,
): readonly FindingDraft[] {
  const { actor, baselineId, repository } = event.data;
  const proposal = context.view.access.proposals.get(baselineId);
  const proposer = proposal ?? {
    by: event.data.proposer?.name ?? '',
    byId: event.data.proposer?.id ?? '',
  };
  if (actor === undefined || proposer.by === '') return [];
  if (areTwoPeople({ name: proposer.by, id: proposer.byId }, { name: actor.name, id: actor.id }))
    return [];
  return [
    {
      title: `${actor.name} approves a baseline of its own`,
      message: `${actor.name} proposed the baseline ${baselineId}${repository === undefined ? '' : ` of ${repository}`} and approved it too. What is known good needs two people; the approval does not count.`,
      subject: {
        kind: 'principal',
        key: `principal:${actor.name}`,
        principal: actor.name,
        ...(repository === undefined ? {} : { repository }),
      },
      observed: { baseline: baselineId, proposedBy: proposer.by, approvedBy: actor.name },
      expected: { approval: 'by somebody else' },
      role: 'the approval',
      evidence: proposal === undefined ? [] : [{ ...proposal.ref, role: 'the proposal' }],
      base: 0.6,
      context: [],
      remediation: {
        owner: 'project owner',
        steps: [
          searchEntries('See what the account proposed and approved.', { actor: actor.name }),
          {
            text: `Let somebody other than ${actor.name} look at the baseline, and approve or revoke it.`,
          },
        ],
      },
    },
  ];
}
