import type { EventType } from '../core/events/catalogue.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { searchAll } from '../ledger/search-all.ts';

type Acceptance = {
  readonly by: string;
  readonly reason: string;
  readonly until: string | undefined;
};
type Assignment = { readonly owner: string; readonly dueAt: string | undefined };

/** What people decided about deviations and corrections, as of now. */
export type GovernanceFacts = {
  readonly accepted: ReadonlyMap<string, Acceptance>;
  readonly assigned: ReadonlyMap<string, Assignment>;
  readonly completed: ReadonlySet<string>;
};

const TYPES: readonly EventType[] = [
  'deviation.accepted',
  'remediation.assigned',
  'remediation.completed',
];

/** The newest decision of each kind; assignments and completions are by finding. An acceptance that ended counts no more. */
export async function readGovernanceFacts(
  ledger: Pick<Ledger, 'search'>,
  project: string,
  now: number,
): Promise<GovernanceFacts> {
  const accepted = new Map<string, Acceptance>();
  const assigned = new Map<string, Assignment>();
  const findingOf = new Map<string, string>();
  const completed = new Set<string>();
  for await (const { event } of searchAll(ledger, { project, types: TYPES })) {
    switch (event.type) {
      case 'deviation.accepted': {
        const { deviationId, reason, until, actor } = event.data;
        if (until !== undefined && Date.parse(until) <= now) accepted.delete(deviationId);
        else accepted.set(deviationId, { by: actor?.name ?? 'unknown', reason, until });
        break;
      }
      case 'remediation.assigned': {
        const { remediationId, findingId = remediationId, owner, dueAt } = event.data;
        findingOf.set(remediationId, findingId);
        assigned.set(findingId, { owner: owner.name, dueAt });
        completed.delete(findingId);
        break;
      }
      case 'remediation.completed': {
        const { remediationId, findingId } = event.data;
        completed.add(findingId ?? findingOf.get(remediationId) ?? remediationId);
        break;
      }
      default:
        break;
    }
  }
  return { accepted, assigned, completed };
}
