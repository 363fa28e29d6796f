import { DAY } from '../limits.ts';
import type { AccessView, PrincipalView } from './access-view.ts';
import { type Act, findToken, isAddress } from './act.ts';
import { clientFamilyOf, networkOf } from './network-of.ts';
import { type PlaceNews, placeNews, type Strangeness } from './place-habit.ts';

/** Where an act comes from, and how strange that is for the principal and for the credential. */
export type PlaceOfAct = {
  readonly name: string;
  /** The event does not say it: it is where the principal was within the last day. */
  readonly presumed: boolean;
  readonly network: Strangeness;
  /** The weightiest act from this network so far (-1: none). */
  readonly networkLevel: number;
  readonly family: string;
  readonly client: Strangeness;
  readonly clientLevel: number;
  readonly tokenNetwork: Strangeness;
  readonly tokenLevel: number;
};

const NOWHERE: PlaceNews = { strange: 0, level: -1 };

/** An act without an address is taken to come from where the principal was within the last day. */
export function placeOfAct(
  access: AccessView,
  principal: PrincipalView,
  act: Act,
  at: number,
): PlaceOfAct {
  const { address, agent } = act;
  const { networks } = principal;
  const stays = address === '' && networks !== undefined && at - networks.lastSeen <= DAY;
  const name =
    stays || address === principal.address
      ? principal.network
      : address === ''
        ? ''
        : networkOf(address);
  const family =
    agent === '' ? '' : agent === principal.agent ? principal.family : clientFamilyOf(agent);
  const network = isAddress(act.who) ? NOWHERE : placeNews(networks, name, at);
  const client = placeNews(principal.clients, family, at);
  const token = placeNews(findToken(access, act.token)?.networks, name, at);
  return {
    name,
    presumed: stays,
    network: network.strange,
    networkLevel: network.level,
    family,
    client: client.strange,
    clientLevel: client.level,
    tokenNetwork: token.strange,
    tokenLevel: token.level,
  };
}
