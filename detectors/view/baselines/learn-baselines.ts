import {
  parseExpectations,
  parseScope,
} from '../../../services/core/baseline/parse-expectations.ts';
import { areTwoPeople } from '../../../services/core/baseline/two-people.ts';
import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import type { ProjectView } from '../project-view.ts';
import {
  type ApprovedBaseline,
  type BaselinesView,
  MAX_APPROVED,
  MAX_PROPOSED,
  type ProposedBaseline,
} from './baselines-view.ts';

type BaselineEvent = EventOf<'baseline.proposed' | 'baseline.approved' | 'baseline.revoked'>;

/**
 * Keeps what people declared. An approval counts only for the proposal that waits, only by somebody other than its
 * proposer, and only where both are authenticated: a word that is merely claimed makes nothing known good.
 */
export const baselinesLearner: Learner = {
  listensTo: ['baseline.proposed', 'baseline.approved', 'baseline.revoked'],
  learn: (view, entry, at) => {
    const { event } = entry;
    if (event.trust === 'claimed') return;
    switch (event.type) {
      case 'baseline.proposed':
        propose(view, { ...entry, event });
        return;
      case 'baseline.approved':
        approve(view, { ...entry, event }, at);
        return;
      case 'baseline.revoked':
        revoke(view, event);
        return;
      // The learner is called for the types that it listens to.
      default:
        return;
    }
  },
};

function propose(
  { baselines }: ProjectView,
  entry: Entry & { readonly event: EventOf<'baseline.proposed'> },
): void {
  const { data } = entry.event;
  const value = parseExpectations(data.value);
  const scope = parseScope(data.scope);
  const { name: by = '', id: byId = '' } = data.actor ?? {};
  if (value === undefined || scope === undefined || data.repository === undefined || by === '')
    return;
  const { baselineId, repository, version = 1 } = data;
  const waiting = baselines.proposed.get(baselineId);
  if (waiting !== undefined && waiting.version > version) return;
  const proposal = { repository, version, by, byId, scope, value, ref: refOf(entry) };
  setNewest(baselines.proposed, baselineId, proposal, MAX_PROPOSED);
}

function approve(
  { baselines }: ProjectView,
  entry: Entry & { readonly event: BaselineEvent },
  at: number,
): void {
  const { data } = entry.event;
  const proposal = baselines.proposed.get(data.baselineId);
  if (proposal === undefined || !isApproval(proposal, data)) return;
  // An id stands for one repository: it cannot be carried over to another.
  if ((homeOf(baselines, data.baselineId) ?? proposal.repository) !== proposal.repository) return;
  baselines.proposed.delete(data.baselineId);
  const approved: ApprovedBaseline = {
    id: data.baselineId,
    version: proposal.version,
    scope: proposal.scope,
    value: proposal.value,
    proposedBy: proposal.by,
    approvedBy: data.actor?.name ?? '',
    at,
    ref: refOf(entry),
  };
  const siblings = baselines.approved.get(proposal.repository) ?? [];
  const known = siblings.findIndex(({ id }) => id === approved.id);
  if (known >= 0) siblings[known] = approved;
  else if (baselines.count < MAX_APPROVED) {
    siblings.push(approved);
    baselines.count += 1;
  }
  if (siblings.length > 0) baselines.approved.set(proposal.repository, siblings);
}

/** Whoever approves has seen this version, of this repository, and is not its proposer. */
function isApproval(proposal: ProposedBaseline, data: BaselineEvent['data']): boolean {
  return (
    (data.version === undefined || data.version === proposal.version) &&
    (data.repository === undefined || data.repository === proposal.repository) &&
    areTwoPeople(
      { name: proposal.by, id: proposal.byId },
      { name: data.actor?.name ?? '', id: data.actor?.id },
    )
  );
}

/** Anybody who governs may revoke alone: it only takes away. Without a version everything of the baseline goes. */
function revoke({ baselines }: ProjectView, { data }: BaselineEvent): void {
  const { baselineId, version } = data;
  const isMeant = (known: { readonly version: number }) =>
    version === undefined || version === known.version;
  const proposal = baselines.proposed.get(baselineId);
  if (proposal !== undefined && isMeant(proposal)) baselines.proposed.delete(baselineId);
  const repository = homeOf(baselines, baselineId);
  const siblings = baselines.approved.get(repository ?? '') ?? [];
  const known = siblings.findIndex(({ id }) => id === baselineId);
  const found = siblings[known];
  if (repository === undefined || found === undefined || !isMeant(found)) return;
  siblings.splice(known, 1);
  baselines.count -= 1;
  if (siblings.length === 0) baselines.approved.delete(repository);
}

/** The repository for which a baseline is approved. */
function homeOf(baselines: BaselinesView, baselineId: string): string | undefined {
  for (const [repository, siblings] of baselines.approved) {
    if (siblings.some(({ id }) => id === baselineId)) return repository;
  }
  return undefined;
}
