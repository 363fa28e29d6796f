import { setBounded, setNewest } from '../../view/bounded-map.ts';
import { learnAnnouncement } from '../../view/evolve-announcements.ts';
import { STRETCH } from '../../view/limits.ts';
import { joinTaint } from '../../view/taints/join-taint.ts';
import { learnBadUse, learnRanges, learnUse } from '../../view/taints/learn-taints.ts';
import { createUsesView, MAX_TAINTS } from '../../view/taints/taints-view.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import type { LaneContext } from '../lane-detector.ts';
import type { LaneAct } from './lane-act.ts';
import type { LaneFact } from './lane-fact.ts';
import { type Retag, retagOf } from './lane-moves.ts';
import {
  type LaneCredential,
  type LanePrincipal,
  type LaneProject,
  type LaneView,
  MAX_CREDENTIALS,
  MAX_EXPLAINED,
  MAX_HOMES,
  MAX_LANE_PROJECTS,
  MAX_LANE_TAGS,
  MAX_PLACES,
  MAX_PRINCIPALS,
} from './lane-view.ts';
import { learnNetwork } from './learn-network.ts';
import { learnReading } from './learn-reading.ts';
import { countsAsRetag, learnRetagging } from './learn-retagging.ts';

const MAX_USES = 2048;

/** Version of the lane's view and of what this makes of entries: a snapshot of another one is never loaded. */
export const LANE_FORMAT = 2;

/** Folds what one entry tells into the lane's view, in place; pure but for the view. */
export function learnLane({
  lane,
  fact,
  retags,
}: Pick<LaneContext, 'lane' | 'fact' | 'retags'>): void {
  const { at, act, use, statement, announced } = fact;
  if (at > lane.now) lane.now = at;
  const project = laneProject(lane, fact.project);
  if (at > project.now) project.now = at;
  if (announced !== undefined) learnAnnouncement(project, announced);
  if (statement !== undefined) {
    for (const [key, taint] of joinTaint(takenBy(lane), statement).tainted) {
      setBounded(lane.bad.tainted, key, taint, MAX_TAINTS);
    }
    learnRanges(lane.bad, statement);
  }
  for (const digest of fact.explains) setBounded(lane.explained, digest, true, MAX_EXPLAINED);
  if (use !== undefined) {
    learnBadUse(lane.bad, use, fact.actor);
    learnUse(project.uses, use, fact.ref, MAX_USES);
  }
  if (fact.type === 'registry.snapshot-taken') {
    for (const move of fact.moves.map((known) => retagOf(lane, known))) {
      learnTag(lane, project, { ...move, moves: 0 }, at);
    }
  }
  if (act !== undefined) learnAct(lane, project, fact, act, retags);
}

/** The projects with what they used. */
export function* takenBy(lane: LaneView) {
  for (const [name, { uses }] of lane.projects) yield [name, uses] as const;
}

function learnAct(
  lane: LaneView,
  project: LaneProject,
  fact: LaneFact,
  act: LaneAct,
  retags: readonly Retag[],
): void {
  const { at } = fact;
  const who = act.who === '' ? (act.token === '' ? '' : `token:${act.token}`) : act.who;
  if (who !== '') {
    const principal = lanePrincipal(lane, who, at);
    // The network is judged against the habit before this act becomes part of it.
    learnNetwork(lane, principal, who, fact, act);
    if (act.level === 'read') learnReading(principal, fact, act.repository);
    const counted = retags.filter((move) => countsAsRetag(move, at));
    learnRetagging(principal, fact, counted);
    touchPrincipal(principal, fact.project, act, at);
  }
  if (act.token !== '') learnCredential(lane, fact, act);
  for (const move of retags) learnTag(lane, project, move, at);
}

function laneProject(lane: LaneView, name: string): LaneProject {
  const known = lane.projects.get(name);
  if (known !== undefined) return known;
  const project: LaneProject = {
    announcements: [],
    now: 0,
    explained: createBitWindow(),
    uses: createUsesView(),
  };
  setBounded(lane.projects, name, project, MAX_LANE_PROJECTS);
  return project;
}

function lanePrincipal(lane: LaneView, who: string, at: number): LanePrincipal {
  const known = lane.principals.get(who);
  if (known !== undefined) {
    // Being the newest of the map costs a deletion; it only matters once something must be forgotten.
    if (lane.principals.size >= MAX_PRINCIPALS)
      setNewest(lane.principals, who, known, MAX_PRINCIPALS);
    return known;
  }
  const principal: LanePrincipal = {
    first: at,
    last: at,
    days: 0,
    lastDay: Number.MIN_SAFE_INTEGER,
    networks: new Map(),
    wrote: new Map(),
  };
  setBounded(lane.principals, who, principal, MAX_PRINCIPALS);
  return principal;
}

function touchPrincipal(principal: LanePrincipal, project: string, act: LaneAct, at: number): void {
  if (at > principal.last) principal.last = at;
  if (at - principal.lastDay >= STRETCH) {
    principal.days += 1;
    principal.lastDay = at;
  }
  if (act.network !== '') learnSince(principal.networks, act.network, at, MAX_PLACES);
  if (act.level === 'write') learnSince(principal.wrote, project, at, MAX_HOMES);
}

/** Since when a place is known; of a full list the one unseen for longest is forgotten. */
function learnSince(places: Map<string, number>, place: string, at: number, limit: number): void {
  const since = places.get(place);
  if (since === undefined) setBounded(places, place, at, limit);
  else if (places.size >= limit) setNewest(places, place, since, limit);
}

function learnCredential(lane: LaneView, { ref, project, at }: LaneFact, act: LaneAct): void {
  const known = lane.credentials.get(act.token);
  const credential: LaneCredential = known ?? {
    first: at,
    last: at,
    uses: 0,
    days: 0,
    lastDay: Number.MIN_SAFE_INTEGER,
    owner: act.who,
    others: 0,
    projects: new Map(),
    networks: [],
    places: 0,
    ref,
  };
  credential.uses += 1;
  if (at > credential.last) credential.last = at;
  if (at - credential.lastDay >= STRETCH) {
    credential.days += 1;
    credential.lastDay = at;
  }
  if (credential.owner === '') credential.owner = act.who;
  if (act.who !== '' && act.who !== credential.owner) credential.others += 1;
  else credential.ref = ref;
  setBounded(credential.projects, project, at, MAX_HOMES);
  if (act.network !== '' && !credential.networks.includes(act.network)) credential.places += 1;
  credential.networks = withPlace(credential.networks, act.network);
  // As with principals, being the newest only matters once something must be forgotten.
  if (known === undefined || lane.credentials.size >= MAX_CREDENTIALS) {
    setNewest(lane.credentials, act.token, credential, MAX_CREDENTIALS);
  }
}

/** A project where the credential never was, from a network where it never was. */
export function isStrangePlace(
  credential: Pick<LaneCredential, 'projects' | 'networks'>,
  project: string,
  { network }: LaneAct,
): boolean {
  return (
    network !== '' &&
    credential.networks.length > 0 &&
    !credential.networks.includes(network) &&
    !credential.projects.has(project)
  );
}

function learnTag(lane: LaneView, project: LaneProject, move: Retag, at: number): void {
  const known = lane.tags.get(move.key);
  if (known?.digest === move.to) return;
  if (move.from !== undefined) observe(project.explained, !move.unexplained);
  const tag = known ?? { digest: move.to, before: move.from ?? 0, moves: 0, last: at };
  if (known !== undefined) {
    tag.before = known.digest;
    tag.digest = move.to;
  }
  if (move.from !== undefined) tag.moves += 1;
  tag.last = at;
  setBounded(lane.tags, move.key, tag, MAX_LANE_TAGS);
}

function withPlace(networks: string[], network: string): string[] {
  if (network === '' || networks.at(-1) === network) return networks;
  return [...networks.filter((known) => known !== network), network].slice(-MAX_PLACES);
}
