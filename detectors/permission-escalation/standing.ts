import type { ContextDraft } from '../detector.ts';
import type { AccessView, DayCount, PrincipalView } from '../view/access/access-view.ts';
import type { Act } from '../view/access/act.ts';
import { isStrangePlace } from '../view/access/learn-credentials.ts';
import { daysBefore } from '../view/access/learn-principal.ts';
import { placeOfAct } from '../view/access/place-of-act.ts';
import { DAY } from '../view/limits.ts';
import { isPowerfulRole } from './powerful.ts';

const ESTABLISHED = { days: 5, age: 14 * DAY };
const OBSERVED = { grants: 3, age: 7 * DAY };
/** Before that nobody can tell who is who. */
export const YOUNG_PROJECT = 14 * DAY;

export function isEstablished(principal: PrincipalView | undefined, at: number): boolean {
  return (
    principal !== undefined &&
    principal.days >= ESTABLISHED.days &&
    at - principal.first >= ESTABLISHED.age
  );
}

/** Whether grants reach the ledger here, so that their absence says something. */
export function observesGrants({ grants, grantsSince }: AccessView, at: number): boolean {
  return grants >= OBSERVED.grants && at - grantsSince >= OBSERVED.age;
}

export function holdsPower(principal: PrincipalView | undefined): boolean {
  return principal?.roles?.some((role) => isPowerfulRole(role.split('@', 1)[0] ?? '')) === true;
}

/** Where the principal acts from and what woke it, as context for whatever it does with its powers. */
export function situationOf(
  access: AccessView,
  principal: PrincipalView | undefined,
  act: Act,
  at: number,
): readonly ContextDraft[] {
  if (principal === undefined) return [];
  const place = placeOfAct(access, principal, act, at);
  const strange = place.network > 0 || isStrangePlace(principal, at);
  const { wake } = principal;
  return [
    ...(strange
      ? [
          {
            kind: 'strange-place',
            reason: 'It acts from a network that it never used before',
            effect: 0.25,
          },
        ]
      : []),
    ...(wake !== undefined ||
    (at - principal.last > 60 * DAY && at - principal.last > 2 * principal.rest)
      ? [{ kind: 'woken', reason: 'It had rested for long before', effect: 0.1 }]
      : []),
  ];
}

/** What the principal was ever given, where grants are observed, and whether it ever used such powers. */
export function standingOf(
  access: AccessView,
  principal: PrincipalView | undefined,
  used: DayCount | undefined,
  at: number,
): readonly ContextDraft[] {
  const usual = daysBefore(used, at);
  const drafts: ContextDraft[] = [];
  if (usual >= 2) {
    drafts.push({ kind: 'usual-here', reason: `It did so on ${usual} days before`, effect: -0.3 });
  } else if (usual === 0) {
    drafts.push(
      principal === undefined || principal.days === 0
        ? { kind: 'stranger', reason: 'It was never seen in this project', effect: 0.15 }
        : {
            kind: 'never-before',
            reason: `In ${principal.days} active days it never did so`,
            effect: isEstablished(principal, at) ? 0.15 : 0.05,
          },
    );
  }
  const granted = principal?.granted;
  if (granted !== undefined && at - granted.at <= DAY) {
    drafts.push({
      kind: 'granted-just-before',
      reason: `${granted.by || 'Somebody'} gave it rights within the day`,
      effect: 0.1,
    });
  } else if (granted === undefined && observesGrants(access, at) && usual < 2) {
    const later = principal === undefined || principal.first >= access.grantsSince;
    drafts.push({
      kind: 'no-grant',
      reason: later
        ? 'Grants are on record here, and none gives it this power'
        : 'No grant on record gives it this power (it was here before grants were recorded)',
      effect: later ? 0.15 : 0.05,
    });
  } else if (holdsPower(principal)) {
    drafts.push({ kind: 'granted', reason: 'A grant on record gives it such power', effect: -0.2 });
  }
  return drafts;
}
