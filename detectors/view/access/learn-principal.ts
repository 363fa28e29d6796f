import { setBounded } from '../bounded-map.ts';
import { DAY, STRETCH } from '../limits.ts';
import { shareText } from '../shared-text.ts';
import {
  type AccessView,
  type DayCount,
  MAX_NETWORK_USERS,
  MAX_NETWORKS,
  MAX_NEWCOMERS,
  MAX_PRINCIPALS,
  type PrincipalView,
  type Wake,
} from './access-view.ts';
import { type Act, isAddress } from './act.ts';
import { clientFamilyOf, networkOf } from './network-of.ts';
import { createPlaceHabit, notePlace, raiseLevel, type Strangeness } from './place-habit.ts';

/** A pause shorter than this is no waking, whatever was usual. */
export const DORMANT = 30 * DAY;
/** How long what a woken account does belongs to its waking. */
export const WAKING = 3 * DAY;
/** How long arrivals at a network belong together. */
export const GATHERING = 7 * DAY;

/** Folds that the principal did something now, and from where; makes it known if it was not. */
export function learnPrincipal(access: AccessView, act: Act, at: number): PrincipalView {
  const { who, level } = act;
  let principal = access.principals.get(who);
  if (principal === undefined) principal = learnNewcomer(access, who, at);
  else if (at - principal.lastDay >= STRETCH) {
    // A new day makes it the newest; on the other entries of the day the order may stay as it is.
    access.principals.delete(who);
    access.principals.set(who, principal);
  }
  learnPause(principal, level, at);
  if (!isAddress(who)) learnPlaces(access, principal, act, at);
  return principal;
}

/** Folds one use of somebody or something that may have rested: the longest pause, and the waking from one. */
export function learnPause(
  used: { last: number; days: number; lastDay: number; rest: number; wake?: Wake | undefined },
  level: number,
  at: number,
): void {
  const idle = at - used.last;
  if (idle >= DORMANT && idle >= 2 * used.rest) {
    used.wake = { at, idle, usual: used.rest, level };
  } else if (used.wake !== undefined) {
    if (at - used.wake.at > WAKING) used.wake = undefined;
    else if (level > used.wake.level) used.wake.level = level;
  }
  if (idle > used.rest && used.days > 0) used.rest = idle;
  if (used.days === 0 || at - used.lastDay >= STRETCH) {
    used.days += 1;
    used.lastDay = at;
  }
  if (at > used.last) used.last = at;
}

export function countDay(counted: DayCount | undefined, at: number): DayCount {
  if (counted === undefined) return { days: 1, lastDay: at, today: 1 };
  if (at - counted.lastDay < DAY) counted.today += 1;
  else {
    counted.days += 1;
    counted.lastDay = at;
    counted.today = 1;
  }
  return counted;
}

/** Days before the present one on which it was done: what happens in a burst is no habit. */
export function daysBefore(counted: DayCount | undefined, at: number): number {
  if (counted === undefined) return 0;
  return counted.days - (at - counted.lastDay < DAY ? 1 : 0);
}

function learnNewcomer(access: AccessView, who: string, at: number): PrincipalView {
  const known = access.newcomers.get(who);
  if (known === undefined) {
    const created = createPrincipal(at);
    setBounded(access.newcomers, who, created, MAX_NEWCOMERS);
    return created;
  }
  if (at - known.lastDay >= STRETCH) {
    access.newcomers.delete(who);
    setBounded(access.principals, who, known, MAX_PRINCIPALS);
  }
  return known;
}

export function createPrincipal(at: number): PrincipalView {
  return {
    first: at,
    last: at,
    days: 0,
    lastDay: 0,
    rest: 0,
    writes: 0,
    lastWrite: 0,
    address: '',
    network: '',
    agent: '',
    family: '',
  };
}

function learnPlaces(access: AccessView, principal: PrincipalView, act: Act, at: number): void {
  const { address, agent, level, who } = act;
  if (address !== '') {
    if (address !== principal.address) {
      principal.address = shareText(address);
      principal.network = shareText(networkOf(address));
    }
    principal.networks ??= createPlaceHabit(at);
    const arrival = notePlace(principal.networks, principal.network, at, level);
    if (arrival !== undefined) learnArrival(access, principal.network, who, arrival, at);
  } else if (principal.networks !== undefined && at - principal.networks.lastSeen <= DAY) {
    // Whoever does not say where it is, is taken to be where it was.
    raiseLevel(principal.networks, principal.network, level);
  }
  if (agent !== '') {
    if (agent !== principal.agent) {
      principal.agent = shareText(agent);
      principal.family = shareText(clientFamilyOf(agent));
    }
    principal.clients ??= createPlaceHabit(at);
    notePlace(principal.clients, principal.family, at, level);
  }
}

/** Somebody met a network: who else is there, and who came lately though at home elsewhere? */
function learnArrival(
  access: AccessView,
  name: string,
  who: string,
  strange: Strangeness,
  at: number,
): void {
  const network = access.networks.get(name) ?? { first: at, users: [] };
  network.users = [...network.users.filter((user) => user !== who), who].slice(-MAX_NETWORK_USERS);
  if (strange > 0) {
    const lately = at - (network.strangeSince ?? 0) <= GATHERING ? (network.strangers ?? []) : [];
    if (lately.length === 0) network.strangeSince = at;
    network.strangers = [...lately.filter((user) => user !== who), who].slice(-MAX_NETWORK_USERS);
  }
  access.networks.delete(name);
  setBounded(access.networks, name, network, MAX_NETWORKS);
}
