import {
  parseExpectations,
  parseScope,
} from '../../../services/core/baseline/parse-expectations.ts';
import { areTwoPeople } from '../../../services/core/baseline/two-people.ts';
import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import {
  type ApprovedBaseline,
  type BaselinesView,
  MAX_APPROVED,
  MAX_PROPOSED,
  type ProposedBaseline,
} from './baselines-view.ts';

/**
 * Folds what people declare of one project, in place. An approval counts only for the proposal that waits, only by
 * somebody other than its proposer, and only where both are authenticated: a mere claim makes nothing known good.
 */
export function foldBaseline(baselines: BaselinesView, entry: Entry): void {
  const { event } = entry;
  if (event.trust === 'claimed') return;
  switch (event.type) {
    case 'baseline.proposed':
      propose(baselines, { ...entry, event });
      return;
    case 'baseline.approved': {
      const approval = approvalOf(baselines, entry);
      if (approval === undefined) return;
      baselines.proposed.delete(approval.baseline.id);
      keep(baselines, approval);
      return;
    }
    case 'baseline.revoked':
      revoke(baselines, event.data);
      return;
    // Nothing else declares anything.
    default:
      return;
  }
}

/** What an approval makes known good, without folding it; undefined when it does not count. */
export function approvalOf(
  baselines: BaselinesView,
  entry: Entry,
): { readonly repository: string; readonly baseline: ApprovedBaseline } | undefined {
  const { event } = entry;
  if (event.type !== 'baseline.approved' || event.trust === 'claimed') return undefined;
  const { baselineId, actor } = event.data;
  const proposal = baselines.proposed.get(baselineId);
  if (proposal === undefined || !isApproval(proposal, event.data)) return undefined;
  const { repository, version, scope, value, by } = proposal;
  const home = homeOf(baselines, baselineId);
  // An id stands for one repository: it cannot be carried over to another.
  if (home === undefined ? baselines.count >= MAX_APPROVED : home !== repository) return undefined;
  const approvedBy = actor?.name ?? '';
  const ref = refOf(entry);
  return {
    repository,
    baseline: { id: baselineId, version, scope, value, proposedBy: by, approvedBy, ref },
  };
}

function propose(
  baselines: BaselinesView,
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

/** Whoever approves has seen this version, of this repository, and is not its proposer. */
function isApproval(
  proposal: ProposedBaseline,
  data: EventOf<'baseline.approved'>['data'],
): boolean {
  return (
    (data.version === undefined || data.version === proposal.version) &&
    (data.repository === undefined || data.repository === proposal.repository) &&
    areTwoPeople(
      { name: proposal.by, id: proposal.byId },
      { name: data.actor?.name ?? '', id: data.actor?.id },
    )
  );
}

function keep(
  baselines: BaselinesView,
  approval: { readonly repository: string; readonly baseline: ApprovedBaseline },
): void {
  const siblings = baselines.approved.get(approval.repository) ?? [];
  const known = siblings.findIndex(({ id }) => id === approval.baseline.id);
  if (known >= 0) siblings[known] = approval.baseline;
  else {
    siblings.push(approval.baseline);
    baselines.count += 1;
  }
  baselines.approved.set(approval.repository, siblings);
}

/** Anybody who governs may revoke alone: it only takes away. Without a version everything of the baseline goes. */
function revoke(baselines: BaselinesView, data: EventOf<'baseline.revoked'>['data']): void {
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
