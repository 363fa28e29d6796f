import type { AccessView, PrincipalView } from '../view/access/access-view.ts';
import { type Act, findToken, LEVEL } from '../view/access/act.ts';
import { FRESH, mintsForEachJob } from '../view/access/learn-credentials.ts';
import { type PlaceOfAct, placeOfAct } from '../view/access/place-of-act.ts';
import { DAY } from '../view/limits.ts';
import type { EntryRef } from '../view/project-view.ts';

/** What is new about where an act comes from, or about the credential that it uses. */
export type News = {
  readonly place: PlaceOfAct;
  /** The principal's network is strange, and nothing as weighty was done from there before. */
  readonly network: boolean;
  readonly client: boolean;
  /** The principal may be anywhere, but its credential is always used from elsewhere. */
  readonly tokenNetwork: boolean;
  /** The credential is minutes old, and this is its first write. */
  readonly fresh: boolean;
  /** The credential was made from a strange place, and this is its first write. */
  readonly mintedThere: boolean;
  readonly mint: EntryRef | undefined;
};

/** The news of an act, or undefined when there is none: a principal known here, from where it always comes. */
export function newsOf(
  access: AccessView,
  principal: PrincipalView,
  act: Act,
  at: number,
): News | undefined {
  const { level } = act;
  const place = placeOfAct(access, principal, act, at);
  const network = place.network > 0 && level > place.networkLevel;
  const client = place.client > 0 && level > place.clientLevel && level >= LEVEL.enter;
  const tokenNetwork =
    place.tokenNetwork > 0 && level > place.tokenLevel && level >= LEVEL.enter && !network;
  const mint = level >= LEVEL.write ? mintOf(access, principal, act, at) : undefined;
  const fresh =
    mint !== undefined && at - mint.at <= FRESH && !mintsForEachJob(access, act.who, at);
  const mintedThere = mint?.strange === true;
  if (!network && !client && !tokenNetwork && !fresh && !mintedThere) return undefined;
  return { place, network, client, tokenNetwork, fresh, mintedThere, mint: mint?.ref };
}

/** The making of the credential of which this is the first write, within a day of it. */
function mintOf(
  access: AccessView,
  principal: PrincipalView,
  act: Act,
  at: number,
): { readonly at: number; readonly strange: boolean; readonly ref: EntryRef } | undefined {
  if (act.token === '') {
    // Without a credential in the event only the one that the principal itself made just before can be meant.
    const mint = principal.lastMint;
    if (mint === undefined || at - mint.at > DAY || principal.lastWrite >= mint.at)
      return undefined;
    return act.level === LEVEL.write ? mint : undefined;
  }
  const token = findToken(access, act.token);
  if (token === undefined || token.created === 0 || token.wrote) return undefined;
  if (at - token.created > DAY) return undefined;
  return { at: token.created, strange: token.strange, ref: token.ref };
}
