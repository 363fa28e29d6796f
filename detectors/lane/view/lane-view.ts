import type { Announcement, EntryRef } from '../../view/project-view.ts';
import { type BadView, createBadView, type UsesView } from '../../view/taints/taints-view.ts';
import type { BitWindow } from '../../windows/bit-window.ts';

/** Bounds of the lane. Beyond each the one unseen for longest is forgotten: it looks new then, and not innocent. */
export const MAX_PRINCIPALS = 16_384;
export const MAX_CREDENTIALS = 16_384;
export const MAX_NETWORKS = 16_384;
export const MAX_LANE_TAGS = 65_536;
export const MAX_EXPLAINED = 65_536;
export const MAX_LANE_PROJECTS = 4096;
/** Repositories that a principal is known to read, and that one window holds. */
export const MAX_READ = 1024;
/** Projects, networks and moves remembered of one principal or credential. */
export const MAX_HOMES = 64;
export const MAX_PLACES = 8;
export const MAX_MOVES = 256;
/** Newcomers remembered of one network. */
export const MAX_NEWCOMERS = 32;
/** Findings that are not raised again. */
export const MAX_LANE_SAID = 16_384;

/**
 * Everything that the second lane remembers: a fold of the entries of all projects, by principal, credential, network
 * and digest. Plain data and maps, as the project view; times are milliseconds since the epoch.
 */
export type LaneView = {
  /** The latest event time seen. */
  now: number;
  readonly principals: Map<string, LanePrincipal>;
  readonly credentials: Map<string, LaneCredential>;
  readonly networks: Map<string, LaneNetwork>;
  /** Digests that a successful build or verified provenance explains. */
  readonly explained: Map<number, boolean>;
  readonly tags: Map<number, LaneTag>;
  readonly projects: Map<string, LaneProject>;
  /** What is known bad anywhere, with its offspring. */
  readonly bad: BadView;
  /** Ids of the findings that were raised: a burst is raised once, however many entries show it. */
  readonly said: Map<string, true>;
};

export type LaneProject = {
  readonly announcements: Announcement[];
  now: number;
  /** Of the last tag moves: did anything explain the digest? */
  readonly explained: BitWindow;
  /** What the project used. */
  readonly uses: UsesView;
};

export type LanePrincipal = {
  readonly first: number;
  last: number;
  /** Stretches of a day in which it did something. */
  days: number;
  lastDay: number;
  /** Networks that it came from, and projects that it wrote to: since when. */
  readonly networks: Map<string, number>;
  readonly wrote: Map<string, number>;
  reading?: ReadingView;
  retagging?: RetaggingView;
};

/** What a principal reads. */
export type ReadingView = {
  /** Repositories and projects that it has read before the window. */
  readonly repositories: Map<number, number>;
  readonly projects: Map<string, number>;
  /** The window of a day that is open now. */
  start: number;
  /** Read for the first time in this window: repository → its project and the entry. */
  readonly fresh: Map<number, FreshRead>;
  freshProjects: string[];
  /** Projects among them that it had never read. */
  newProjects: number;
  /** Most repositories that were read for the first time in one earlier window. */
  peak: number;
};

export type FreshRead = {
  readonly project: string;
  readonly repository: string;
  readonly ref: EntryRef;
};

/** Moves of tags by a principal that nothing explains. */
export type RetaggingView = {
  moves: LaneMove[];
  /** Days on which it moved tags in several projects: from the second on that is its habit. */
  days: number;
  lastDay: number;
  /** When the burst began that is going on, or went on last. */
  start: number;
};

export type LaneMove = {
  readonly at: number;
  readonly project: string;
  readonly repository: string;
  readonly tag: string;
  readonly to: number;
  readonly ref: EntryRef;
};

type LaneTag = {
  digest: number;
  /** Where it pointed before. */
  before: number;
  moves: number;
  last: number;
};

export type LaneCredential = {
  readonly first: number;
  last: number;
  uses: number;
  days: number;
  lastDay: number;
  owner: string;
  /** Other principals that used it. */
  others: number;
  readonly projects: Map<string, number>;
  networks: string[];
  /** Networks that it was seen in, in all. */
  places: number;
  /** The last use by its owner. */
  ref: EntryRef;
};

type LaneNetwork = {
  readonly first: number;
  /** Established principals that came here for the first time. */
  readonly newcomers: Map<string, Newcomer>;
};

export type Newcomer = {
  readonly at: number;
  readonly project: string;
  readonly ref: EntryRef;
  /** It made a credential from here, and wrote from here. */
  minted: boolean;
  wrote: boolean;
};

export function createLaneView(): LaneView {
  return {
    now: 0,
    principals: new Map(),
    credentials: new Map(),
    networks: new Map(),
    explained: new Map(),
    tags: new Map(),
    projects: new Map(),
    bad: createBadView(),
    said: new Map(),
  };
}
