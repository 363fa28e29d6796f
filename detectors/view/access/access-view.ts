import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef } from '../project-view.ts';
import type { DistinctCount } from './distinct-count.ts';
import type { PlaceHabit } from './place-habit.ts';

/** Principals a project that were active on one day only; the one met first is forgotten. */
export const MAX_NEWCOMERS = 4096;
/** Principals a project that were active on several days; the one whose last new day is longest ago is forgotten. */
export const MAX_PRINCIPALS = 4096;
/** Credentials a project, those in use for days and the others apart; the oldest is forgotten. */
export const MAX_TOKENS = 4096;
/** Networks a project; the one that somebody met last the longest ago is forgotten. */
export const MAX_NETWORKS = 4096;
/** Principals kept of one network, and strangers of its last days. */
export const MAX_NETWORK_USERS = 8;
/** Roles and groups kept of one principal; the oldest is forgotten. */
export const MAX_ROLES = 8;
/** Scopes kept of what one principal's credentials could do; the oldest is forgotten. */
export const MAX_SCOPES = 32;
/** Repositories whose visibility changed, or that were struck; the oldest is forgotten. */
export const MAX_MARKED = 512;
/** Packages whose credentials are known; the one published last the longest ago is forgotten. */
export const MAX_PACKAGES = 2048;
/** Baselines that wait for their approval; the oldest is forgotten. */
export const MAX_PROPOSALS = 256;

/**
 * What principals do: their networks, clients, credentials, roles and what they read. A principal is an actor's name,
 * else a credential, else an address (see `principalOf`). Those of several days are kept apart from newcomers, so that
 * a flood of invented names cannot make the view forget the habits of those who work here.
 */
export type AccessView = {
  readonly principals: Map<string, PrincipalView>;
  readonly newcomers: Map<string, PrincipalView>;
  /** Credentials that were used on several days, and the others. */
  readonly tokens: Map<string, TokenView>;
  readonly newTokens: Map<string, TokenView>;
  readonly networks: Map<string, NetworkView>;
  /** When the first entry came, and the first that says who reads. */
  since: number;
  readsSince: number;
  /** Days on which somebody read without a name or a credential. */
  anonymous?: DayCount;
  /** Grants and memberships that were observed. */
  grants: number;
  grantsSince: number;
  readonly rotation: Rotation;
  /** Repository → its last change of visibility. */
  readonly visibility: Map<string, VisibilityView>;
  /** Repository → the last write there by somebody in a strange place. */
  readonly struck: Map<string, Strike>;
  readonly packages: Map<string, PackageView>;
  /** Baseline → who proposed it. */
  readonly proposals: Map<string, Proposal>;
  /** About what the nineteen of twenty readers who read least read in a day: different repositories. */
  usualReads: number;
};

export type PrincipalView = {
  readonly first: number;
  last: number;
  /** Stretches of 24 hours with activity, and when the last one began. */
  days: number;
  lastDay: number;
  /** The longest pause so far between two active days. */
  rest: number;
  wake?: Wake | undefined;
  /** Pushes, moves, publications and removals, and when the last came. */
  writes: number;
  lastWrite: number;
  /** Days with removals, and with changes of visibility or removals of whole repositories. */
  removals?: DayCount;
  privileged?: DayCount;
  networks?: PlaceHabit;
  clients?: PlaceHabit;
  /** The last address and user agent as they came, and what they stand for: most entries repeat them. */
  address: string;
  network: string;
  agent: string;
  family: string;
  /** Days on which it wrote with a credential that was minutes old. */
  fresh?: DayCount;
  mints?: DayCount;
  lastMint?: Mint;
  scopes?: string[];
  /** `role@scope`, newest last. */
  roles?: string[];
  /** It was given something at some time. */
  granted?: Grant;
  /** Days on which it gave others something. */
  grants?: DayCount;
  reading?: ReadingView;
};

/** How often, on how many days, and the current day: when it began and how often in it. */
export type DayCount = { days: number; lastDay: number; today: number };

/** Activity after a long pause: how long the pause was, and the weightiest thing done since. */
export type Wake = {
  readonly at: number;
  readonly idle: number;
  readonly usual: number;
  level: number;
};

type Mint = {
  readonly at: number;
  readonly token: string;
  readonly strange: boolean;
  readonly ref: EntryRef;
};

type Grant = { readonly at: number; readonly by: string; readonly ref: EntryRef };

export type ReadingView = {
  /** When the window of 24 hours began. */
  from: number;
  pulls: number;
  bytes: number;
  readonly repositories: DistinctCount;
  readonly digests: DistinctCount;
  /** Windows that are over, and their slowly fading peaks. */
  days: number;
  since: number;
  peakRepositories: number;
  peakDigests: number;
  peakBytes: number;
};

export type TokenView = {
  /** When it was created; 0 when nobody said so. */
  created: number;
  /** The one principal that uses it; empty once it is several. */
  owner: string;
  first: number;
  /** Its last use, or its creation while it was not used. */
  last: number;
  /** 0 while it was never used. */
  days: number;
  lastDay: number;
  rest: number;
  /** Something was written with it. */
  wrote: boolean;
  /** The owner's writes when it was used last. */
  writesThen: number;
  /** When it was revoked, else 0. */
  revoked: number;
  /** It was created from a place that was strange for its creator. */
  strange: boolean;
  ref: EntryRef;
  networks?: PlaceHabit;
  wake?: Wake | undefined;
};

type NetworkView = {
  readonly first: number;
  /** Who met it, newest last. */
  users: string[];
  /** Those with a habit elsewhere who arrived since `strangeSince`. */
  strangers?: string[];
  strangeSince?: number;
};

/** Credentials made and revoked in the current day. */
type Rotation = { from: number; minted: number; revoked: number };

type VisibilityView = {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly by: string;
};

type Strike = { readonly at: number; readonly by: string };

export type PackageView = {
  last: number;
  /** Of the last publications: were they attested; did they come without a long-lived credential? */
  readonly attested: BitWindow;
  readonly tokenless: BitWindow;
  /** `publisher\tcredential` that published before, oldest first. */
  publishers: string[];
};

type Proposal = { readonly by: string; readonly byId: string; readonly ref: EntryRef };

export function createAccessView(): AccessView {
  return {
    principals: new Map(),
    newcomers: new Map(),
    tokens: new Map(),
    newTokens: new Map(),
    networks: new Map(),
    since: 0,
    readsSince: 0,
    grants: 0,
    grantsSince: 0,
    rotation: { from: 0, minted: 0, revoked: 0 },
    visibility: new Map(),
    struck: new Map(),
    packages: new Map(),
    proposals: new Map(),
    usualReads: 0,
  };
}
