import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { setBounded } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import { DAY, STRETCH } from '../limits.ts';
import type { EntryRef } from '../project-view.ts';
import {
  type AccessView,
  MAX_SCOPES,
  MAX_TOKENS,
  type PrincipalView,
  type TokenView,
} from './access-view.ts';
import { type Act, findPrincipal, findToken, LEVEL } from './act.ts';
import { countDay, daysBefore, learnPause } from './learn-principal.ts';
import { createPlaceHabit, notePlace, placeNews } from './place-habit.ts';

/** A credential this young was made for what it is used for. */
export const FRESH = 30 * 60_000;

/** Folds a use of the credential; `writes` are the principal's, this one included. */
export function learnTokenUse(
  access: AccessView,
  act: Act,
  principal: PrincipalView,
  entry: Entry,
  at: number,
): TokenView | undefined {
  const { token: id, who, level } = act;
  if (id === '') return undefined;
  const owner = who.startsWith('token:') ? '' : who;
  let token = access.tokens.get(id);
  if (token === undefined) {
    token = access.newTokens.get(id);
    if (token === undefined) {
      token = createToken(owner, at, refOf(entry));
      setBounded(access.newTokens, id, token, MAX_TOKENS);
    } else if (token.days > 0 && at - token.lastDay >= STRETCH) {
      access.newTokens.delete(id);
      setBounded(access.tokens, id, token, MAX_TOKENS);
    }
  }
  if (owner !== '' && owner !== token.owner) token.owner = token.days === 0 ? owner : '';
  if (act.address !== '') {
    token.networks ??= createPlaceHabit(at);
    notePlace(token.networks, principal.network, at, level);
  }
  learnPause(token, level, at);
  token.writesThen = principal.writes;
  if (level >= LEVEL.write) token.wrote = true;
  return token;
}

/** Folds that somebody made a credential. */
export function learnMint(
  access: AccessView,
  act: Act,
  principal: PrincipalView,
  entry: Entry & { readonly event: EventOf<'token.created'> },
  at: number,
): void {
  const { tokenId, scopes = [] } = entry.event.data;
  const ref = refOf(entry);
  const strange = isStrangePlace(principal, at) || findToken(access, act.token)?.strange === true;
  if (findToken(access, tokenId) === undefined) {
    const created = createToken(act.who, at, ref);
    setBounded(access.newTokens, tokenId, { ...created, created: at, strange }, MAX_TOKENS);
  }
  principal.mints = countDay(principal.mints, at);
  principal.lastMint = { at, token: tokenId, strange, ref };
  if (scopes.length > 0) {
    const known = principal.scopes ?? [];
    principal.scopes = [...known, ...scopes.filter((scope) => !known.includes(scope))].slice(
      -MAX_SCOPES,
    );
  }
  countRotation(access, at).minted += 1;
}

export function learnRevocation(access: AccessView, tokenId: string, at: number): void {
  const token = findToken(access, tokenId);
  if (token !== undefined) token.revoked = at;
  countRotation(access, at).revoked += 1;
}

/** Whether the place where the principal was within the last day is one that is strange for it. */
export function isStrangePlace({ network, networks }: PrincipalView, at: number): boolean {
  if (networks === undefined || at - networks.lastSeen > DAY) return false;
  return placeNews(networks, network, at).strange > 0;
}

/** The creator's own habit of making credentials for each job. */
export function mintsForEachJob(access: AccessView, who: string, at: number): boolean {
  return daysBefore(findPrincipal(access, who)?.fresh, at) >= 2;
}

function createToken(owner: string, at: number, ref: EntryRef): TokenView {
  return {
    created: 0,
    owner,
    first: at,
    last: at,
    days: 0,
    lastDay: 0,
    rest: 0,
    wrote: false,
    writesThen: 0,
    revoked: 0,
    strange: false,
    ref,
  };
}

function countRotation({ rotation }: AccessView, at: number) {
  if (at - rotation.from >= DAY) {
    rotation.from = at;
    rotation.minted = 0;
    rotation.revoked = 0;
  }
  return rotation;
}
