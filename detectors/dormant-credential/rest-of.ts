import type { AccessView, PrincipalView, TokenView, Wake } from '../view/access/access-view.ts';
import { type Act, findToken } from '../view/access/act.ts';
import { DORMANT, WAKING } from '../view/access/learn-principal.ts';
import { DAY } from '../view/limits.ts';
import type { EntryRef } from '../view/project-view.ts';

/** Somebody or something that rested and is active again. */
export type Rest = {
  readonly what: 'account' | 'credential' | 'revoked' | 'superseded';
  readonly idle: number;
  /** The longest pause before; 0 while it is not known. */
  readonly usual: number;
  /** The pause is long for anybody, and for its own rhythm. */
  readonly clear: boolean;
  readonly ref: EntryRef | undefined;
};

/** Months, whatever the rhythm. */
const LONG = 60 * DAY;
/** Clocks of different systems differ by less. */
const SKEW = 10 * 60_000;
/** A credential that is quiet while its owner writes so often with others has been replaced. */
const REPLACED = { idle: 21 * DAY, writes: 6 };

/** The rest that this act ends, or continues to end with something weightier than before; undefined when there is none. */
export function restOf(
  access: AccessView,
  principal: PrincipalView | undefined,
  act: Act,
  at: number,
): Rest | undefined {
  const token = findToken(access, act.token);
  if (token !== undefined && token.revoked > 0 && at - token.revoked > SKEW) {
    return {
      what: 'revoked',
      idle: at - token.last,
      usual: token.rest,
      clear: true,
      ref: token.ref,
    };
  }
  const credential = token && waking(token, act, at);
  if (credential !== undefined && token !== undefined) {
    return { what: 'credential', ...credential, ref: token.ref };
  }
  const replaced = token && supersededBy(token, principal, at);
  if (replaced !== undefined) return replaced;
  const account = principal && waking(principal, act, at);
  return account && { what: 'account', ...account, ref: undefined };
}

function waking(
  used: Pick<PrincipalView | TokenView, 'last' | 'rest' | 'days'> & {
    readonly wake?: Wake | undefined;
  },
  act: Act,
  at: number,
): { readonly idle: number; readonly usual: number; readonly clear: boolean } | undefined {
  const pause = at - used.last;
  if (pause >= DORMANT && pause >= 2 * used.rest) {
    return judged(pause, used.rest, used.days);
  }
  const { wake } = used;
  if (wake === undefined || at - wake.at > WAKING || act.level <= wake.level) return undefined;
  return judged(wake.idle, wake.usual, used.days);
}

function judged(idle: number, usual: number, days: number) {
  if (idle < LONG) return undefined;
  // Who was active on a few days only has hardly shown a rhythm that the pause could break.
  return { idle, usual, clear: days >= 4 ? idle >= 3 * usual : days === 0 };
}

function supersededBy(
  token: TokenView,
  principal: PrincipalView | undefined,
  at: number,
): Rest | undefined {
  if (principal === undefined || token.owner === '' || token.days === 0) return undefined;
  const idle = at - token.last;
  if (idle < REPLACED.idle || idle < 3 * token.rest) return undefined;
  if (principal.writes - token.writesThen < REPLACED.writes) return undefined;
  return { what: 'superseded', idle, usual: token.rest, clear: true, ref: token.ref };
}
