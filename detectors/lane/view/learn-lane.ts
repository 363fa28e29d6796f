import type { Entry } from '../../../services/core/events/event.ts';
import { setBounded, setNewest } from '../../view/bounded-map.ts';
import { refOf } from '../../view/entry-facts.ts';
import { learnAnnouncement } from '../../view/evolve-announcements.ts';
import { STRETCH } from '../../view/limits.ts';
import { joinTaint } from '../../view/taints/join-taint.ts';
import { learnRanges, learnUse } from '../../view/taints/learn-taints.ts';
import { readStatement } from '../../view/taints/read-statement.ts';
import { createTaintsView, MAX_TAINTS } from '../../view/taints/taints-view.ts';
import { digestKey } from '../../view/taints/use-keys.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import type { LaneContext } from '../lane-detector.ts';
import type { LaneAct } from './lane-act.ts';
import { type Retag, retagsOf } from './lane-moves.ts';
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
import { learnBadUse } from './learn-bad-use.ts';
import { learnNetwork } from './learn-network.ts';
import { learnReading } from './learn-reading.ts';
import { countsAsRetag, learnRetagging } from './learn-retagging.ts';

const MAX_USES = 2048;

/** Version of the lane's view and of what this makes of entries: a snapshot of another one is never loaded. */
export const LANE_FORMAT = 1;

type LaneNews = Pick<LaneContext, 'lane' | 'entry' | 'act' | 'retags' | 'at'>;

/** Folds one entry into the lane's view, in place; pure but for the view. */
export function learnLane({ lane, entry, act, retags, at }: LaneNews): void {
  if (at > lane.now) lane.now = at;
  const { event } = entry;
  const project = laneProject(lane, event.project);
  if (at > project.now) project.now = at;
  switch (event.type) {
    case 'change.announced':
      learnAnnouncement(project, { ...entry, event });
      return;
    case 'digest.tainted': {
      const statement = readStatement({ ...entry, event });
      for (const [key, taint] of joinTaint(takenBy(lane), statement).tainted) {
        setBounded(lane.bad.tainted, key, taint, MAX_TAINTS);
      }
      learnRanges(lane.bad, statement);
      return;
    }
    case 'attestation.attached':
      if (event.data.verified) explain(lane, event.data.digest);
      return;
    case 'build.finished':
      if (event.data.outcome === 'success') {
        for (const { digest } of event.data.outputs ?? []) explain(lane, digest);
      }
      break;
    default:
      break;
  }
  learnBadUse(lane, entry);
  learnUse(project.taints, entry, MAX_USES);
  if (event.type === 'registry.snapshot-taken') {
    for (const move of retagsOf(lane, event)) learnTag(lane, project, { ...move, moves: 0 }, at);
  }
  if (act !== undefined) learnAct(lane, project, entry, act, retags, at);
}

/** The projects with what they used. */
export function* takenBy(lane: LaneView) {
  for (const [name, { taints }] of lane.projects) yield [name, taints] as const;
}

function learnAct(
  lane: LaneView,
  project: LaneProject,
  entry: Entry,
  act: LaneAct,
  retags: readonly Retag[],
  at: number,
): void {
  const who = act.who === '' ? (act.token === '' ? '' : `token:${act.token}`) : act.who;
  if (who !== '') {
    const principal = lanePrincipal(lane, who, at);
    // The network is judged against the habit before this act becomes part of it.
    learnNetwork(lane, principal, who, entry, act, at);
    if (act.level === 'read') learnReading(principal, entry, act.repository, at);
    if (retags.length > 0) {
      const counted = retags.filter((move) => countsAsRetag(move, at));
      learnRetagging(principal, entry, counted, at);
    }
    touchPrincipal(principal, entry.event.project, act, at);
  }
  if (act.token !== '') learnCredential(lane, entry, act, at);
  for (const move of retags) learnTag(lane, project, move, at);
}

function laneProject(lane: LaneView, name: string): LaneProject {
  const known = lane.projects.get(name);
  if (known !== undefined) return known;
  const project: LaneProject = {
    announcements: [],
    now: 0,
    explained: createBitWindow(),
    taints: createTaintsView(),
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

function learnCredential(lane: LaneView, entry: Entry, act: LaneAct, at: number): void {
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
    ref: refOf(entry),
  };
  credential.uses += 1;
  if (at > credential.last) credential.last = at;
  if (at - credential.lastDay >= STRETCH) {
    credential.days += 1;
    credential.lastDay = at;
  }
  if (credential.owner === '') credential.owner = act.who;
  if (act.who !== '' && act.who !== credential.owner) credential.others += 1;
  else credential.ref = refOf(entry);
  setBounded(credential.projects, entry.event.project, at, MAX_HOMES);
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

function explain(lane: LaneView, digest: string): void {
  setBounded(lane.explained, digestKey(digest), true, MAX_EXPLAINED);
}

function withPlace(networks: string[], network: string): string[] {
  if (network === '' || networks.at(-1) === network) return networks;
  return [...networks.filter((known) => known !== network), network].slice(-MAX_PLACES);
}
