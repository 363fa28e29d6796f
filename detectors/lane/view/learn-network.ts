import { setBounded } from '../../view/bounded-map.ts';
import { DAY } from '../../view/limits.ts';
import type { LaneAct } from './lane-act.ts';
import type { LaneFact } from './lane-fact.ts';
import { type LanePrincipal, type LaneView, MAX_NETWORKS, MAX_NEWCOMERS } from './lane-view.ts';

/** Days and age from which somebody has habits. */
export const MIN_DAYS = 3;
const MIN_AGE = 7 * DAY;
/** More networks than this: somebody who roams. */
const ROAMING = 5;
/** A network is new for so long. */
export const NEW_NETWORK = 2 * DAY;
/** How long newcomers count together. */
export const ARRIVAL = DAY;

/** Whether the principal has habits to break. */
export function isEstablished({ days, first }: LanePrincipal, at: number): boolean {
  return days >= MIN_DAYS && at - first >= MIN_AGE;
}

/** Whether an established person, no robot, acts from a network that is new for them, and they do not roam. */
export function isNewcomer(principal: LanePrincipal, act: LaneAct, at: number): boolean {
  return (
    act.network !== '' &&
    act.level !== 'read' &&
    !act.robot &&
    principal.networks.size < ROAMING &&
    isStrangeNetwork(principal, act.network, at) &&
    isEstablished(principal, at)
  );
}

/** Whether the network became known of the principal only since the moment, although others were known before. */
export function isStrangeNetwork(
  { networks }: Pick<LanePrincipal, 'networks'>,
  network: string,
  moment: number,
): boolean {
  if (network === '' || (networks.get(network) ?? moment) < moment) return false;
  for (const since of networks.values()) if (since < moment) return true;
  return false;
}

export function learnNetwork(
  lane: LaneView,
  principal: LanePrincipal,
  who: string,
  { project, ref, at }: LaneFact,
  act: LaneAct,
): void {
  if (act.network === '') return;
  let network = lane.networks.get(act.network);
  if (network === undefined) {
    network = { first: at, newcomers: new Map() };
    setBounded(lane.networks, act.network, network, MAX_NETWORKS);
  }
  const known = network.newcomers.get(who);
  if (known !== undefined) {
    if (act.level === 'mint') known.minted = true;
    if (act.level === 'write') known.wrote = true;
    return;
  }
  if (at - network.first > NEW_NETWORK || !isNewcomer(principal, act, at)) return;
  const newcomer = {
    at,
    project,
    ref,
    minted: act.level === 'mint',
    wrote: act.level === 'write',
  };
  setBounded(network.newcomers, who, newcomer, MAX_NEWCOMERS);
}
