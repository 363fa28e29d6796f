import type { Entry } from '../../../services/core/events/event.ts';
import { setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { DAY } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import {
  type AccessView,
  MAX_MARKED,
  MAX_PROPOSALS,
  type PrincipalView,
  type TokenView,
} from './access-view.ts';
import { type Act, actOf, isAddress, LEVEL, momentOf } from './act.ts';
import {
  FRESH,
  isStrangePlace,
  learnMint,
  learnRevocation,
  learnTokenUse,
} from './learn-credentials.ts';
import { learnGrant, learnWithdrawal } from './learn-grants.ts';
import { learnPublication } from './learn-packages.ts';
import { countDay, learnPrincipal, WAKING } from './learn-principal.ts';
import { learnReading } from './learn-reading.ts';
import { PRINCIPAL_ACTS } from './principal-acts.ts';

/** Folds who did what, from where and with which credential. */
export const accessLearner: Learner = {
  listensTo: [
    ...PRINCIPAL_ACTS,
    'token.revoked',
    'role.revoked',
    'member.removed',
    'build.finished',
    'baseline.proposed',
    'baseline.approved',
    'baseline.revoked',
  ],
  learn: (view, entry, time) => {
    const { access } = view;
    const at = momentOf(view, time);
    if (access.since === 0) access.since = at;
    const act = actOf(access, entry.event);
    if (act === undefined) learnUnnamed(access, entry, at);
    else learnAct(view, entry, act, at);
  },
};

function learnAct(view: ProjectView, entry: Entry, act: Act, at: number): void {
  const { access } = view;
  const { event } = entry;
  const principal = learnPrincipal(access, act, at);
  const writes =
    act.level >= LEVEL.write && event.type !== 'role.granted' && event.type !== 'member.added';
  if (writes) {
    principal.writes += 1;
    if (at > principal.lastWrite) principal.lastWrite = at;
  }
  const token = learnTokenUse(access, act, principal, entry, at);
  if (writes) {
    if (token !== undefined && token.created > 0 && at - token.created <= FRESH) {
      principal.fresh = countDay(principal.fresh, at);
    }
    if (act.repository !== '' && isSuspect(principal, token, at)) {
      setNewest(access.struck, act.repository, { at, by: act.who }, MAX_MARKED);
    }
  }
  switch (event.type) {
    case 'artifact.pulled': {
      const { repository, digest, tag, bytes = 0 } = event.data;
      if (access.readsSince === 0) access.readsSince = at;
      if (isAddress(act.who)) access.anonymous = countDay(access.anonymous, at);
      const object = digest ?? `${repository}:${tag ?? ''}`;
      learnReading(access, principal, { repository, object, bytes }, at);
      return;
    }
    case 'token.used':
      if (act.repository === '') return;
      learnReading(
        access,
        principal,
        { repository: act.repository, object: act.repository, bytes: 0 },
        at,
      );
      return;
    case 'artifact.deleted':
    case 'tag.deleted':
    case 'package.removed':
      principal.removals = countDay(principal.removals, at);
      return;
    case 'repository.deleted':
      principal.privileged = countDay(principal.privileged, at);
      return;
    case 'repository.visibility-changed': {
      const { repository, from = '', to } = event.data;
      principal.privileged = countDay(principal.privileged, at);
      setNewest(access.visibility, repository, { from, to, at, by: act.who }, MAX_MARKED);
      return;
    }
    case 'token.created':
      learnMint(access, act, principal, { ...entry, event }, at);
      return;
    case 'token.revoked':
      learnRevocation(access, event.data.tokenId, at);
      return;
    case 'role.granted':
    case 'member.added':
      learnGrant(access, { act, principal }, { ...entry, event }, at);
      return;
    case 'role.revoked':
    case 'member.removed':
      learnWithdrawal(access, event);
      return;
    case 'package.published':
      learnPublication(access, event.data, at);
      return;
    // The others only show that the principal is there.
    default:
      return;
  }
}

/** What matters though the producer does not say who did it, and what governs instead of acting. */
function learnUnnamed(access: AccessView, entry: Entry, at: number): void {
  const { event } = entry;
  switch (event.type) {
    case 'token.revoked':
      learnRevocation(access, event.data.tokenId, at);
      return;
    case 'role.granted':
    case 'member.added':
      learnGrant(access, undefined, { ...entry, event }, at);
      return;
    case 'role.revoked':
    case 'member.removed':
      learnWithdrawal(access, event);
      return;
    case 'package.published':
      learnPublication(access, event.data, at);
      return;
    case 'repository.visibility-changed': {
      const { repository, from = '', to } = event.data;
      setNewest(access.visibility, repository, { from, to, at, by: '' }, MAX_MARKED);
      return;
    }
    case 'baseline.proposed':
      setNewest(
        access.proposals,
        event.data.baselineId,
        {
          by: event.data.actor?.name ?? '',
          byId: event.data.actor?.id ?? '',
          ref: refOf(entry),
        },
        MAX_PROPOSALS,
      );
      return;
    case 'baseline.approved':
    case 'baseline.revoked':
      access.proposals.delete(event.data.baselineId);
      return;
    default:
      return;
  }
}

/** Whether what the principal writes now may have to be undone by others. */
function isSuspect(principal: PrincipalView, token: TokenView | undefined, at: number): boolean {
  const { wake } = principal;
  return (
    isStrangePlace(principal, at) ||
    (token?.strange === true && at - token.created < DAY) ||
    (wake !== undefined && at - wake.at <= WAKING)
  );
}
