import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { setBounded } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import { type AccessView, MAX_NEWCOMERS, MAX_ROLES, type PrincipalView } from './access-view.ts';
import { type Act, findPrincipal } from './act.ts';
import { countDay, createPrincipal } from './learn-principal.ts';

type GrantEvent = EventOf<'role.granted' | 'member.added'>;
type WithdrawalEvent = EventOf<'role.revoked' | 'member.removed'>;

/** Folds that somebody was given a role or joined a group; `giver` is undefined where the producer does not say who. */
export function learnGrant(
  access: AccessView,
  giver: { readonly act: Act; readonly principal: PrincipalView } | undefined,
  entry: Entry & { readonly event: GrantEvent },
  at: number,
): void {
  const { data } = entry.event;
  if (access.grants === 0) access.grantsSince = at;
  access.grants += 1;
  if (giver !== undefined) giver.principal.grants = countDay(giver.principal.grants, at);
  const subject = subjectOf(access, data.subject.name, at);
  const role = roleOf(entry.event);
  subject.roles = [...(subject.roles ?? []).filter((held) => held !== role), role].slice(
    -MAX_ROLES,
  );
  subject.granted = { at, by: giver?.act.who ?? '', ref: refOf(entry) };
}

export function learnWithdrawal(access: AccessView, event: WithdrawalEvent): void {
  const subject = findPrincipal(access, event.data.subject.name);
  if (subject?.roles === undefined) return;
  const role = roleOf(event);
  subject.roles = subject.roles.filter((held) => held !== role);
}

/** `role@scope`, or `member@group`. */
export function roleOf({ data }: GrantEvent | WithdrawalEvent): string {
  if ('group' in data) return `member@${data.group}`;
  return `${data.role}@${data.scope ?? data.repository ?? ''}`;
}

/** Who is given something is known from then on, though it has done nothing yet. */
function subjectOf(access: AccessView, name: string, at: number): PrincipalView {
  const known = findPrincipal(access, name);
  if (known !== undefined) return known;
  const created = createPrincipal(at);
  setBounded(access.newcomers, name, created, MAX_NEWCOMERS);
  return created;
}
