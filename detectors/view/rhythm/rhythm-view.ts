import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef } from '../project-view.ts';
import type { HourHabit } from './hour-habit.ts';

/** Bursts of moves or removals a project that are still open; the one that is silent for longest ends. */
export const MAX_BURSTS = 256;
/** Digests that the moves of one burst went to; the oldest is forgotten. */
export const MAX_TARGETS = 16;
/** Different digests that tags left for one target, and tags kept by name; more are only counted. */
export const MAX_FROMS = 8;
export const MAX_NAMED = 16;
/** Git repositories and package names a project with habits here; the one unchanged for longest is forgotten. */
export const MAX_SCOPES = 1024;
/** Principals that removed something; the one idle for longest is forgotten. */
export const MAX_REMOVERS = 512;
/** Removed or tainted digests that must no longer be served; the oldest is forgotten. */
export const MAX_REMOVED = 1024;
/** Registry hosts of one removed digest that were told already. */
export const MAX_HOSTS = 4;
/** Packages, pipelines and principals with working hours; the one idle for longest is forgotten. */
export const MAX_HOURS = 2048;
/** Requests of registries by their id; the oldest is forgotten. */
export const MAX_REQUESTS = 512;
/** Package versions whose publication was seen lately; the oldest is forgotten. */
export const MAX_FRESH = 256;
/** Package names with their highest versions, and release lines of each; the oldest is forgotten. */
export const MAX_PACKAGES = 2048;
export const MAX_LINES = 8;

/** A pull that was under way when a digest went says nothing yet. */
export const SERVING_GRACE = 3_600_000;

/** When a repository changes, how many tags go at once, and who removes things from it. */
export type RhythmView = ScopeHabit & {
  hours: HourHabit;
  /** Of the last statements of somebody else about a tag (a listing, a pull, a claimed digest before): did they agree? */
  readonly agreed: BitWindow;
  /** Digests that were told as written past us, packed by past-digests.ts. */
  told?: string;
};

/** What of all that is not one repository's. */
export type ProjectRhythm = {
  /** Open bursts of moves, by scope. */
  readonly retags: Map<string, RetagBurst>;
  /** Open bursts of removals, by scope and principal. */
  readonly removals: Map<string, RemovalBurst>;
  /** Habits of what is not an image repository, by scope. */
  readonly scopes: Map<string, ScopeHabit>;
  readonly removers: Map<string, { readonly first: number; last: number; count: number }>;
  readonly removed: Map<string, RemovedDigest>;
  /** What a registry's request did → which entry told it, where registries name their requests. */
  readonly requests: Map<string, { readonly at: number; readonly ref: EntryRef }>;
  /** Of packages, pipelines and principals. */
  readonly hours: Map<string, HourHabit>;
  /** Package version → when it was published, and by whom. */
  readonly fresh: Map<string, { readonly at: number; readonly by: string }>;
  /** Package name → the highest version of each release line, `major.minor=version`, newest last. */
  readonly versions: Map<string, string[]>;
};

/** Each from the first burst on that is over. */
export type ScopeHabit = { retag?: RetagHabit; removal?: RemovalHabit };

/** Finished bursts of moves: how many, and the most that one had lately (it fades by a tenth with each). */
export type RetagHabit = { bursts: number; moves: number; collapse: number };

export type RemovalHabit = { bursts: number; tags: number; untagged: number; last: number };

/** Moves of one scope without a quiet hour between them. */
export type RetagBurst = {
  readonly start: number;
  last: number;
  readonly ref: EntryRef;
  moves: number;
  /** Moves that this repository does not make: of tags that stay, to what nothing explains. */
  strange: number;
  targets: readonly RetagTarget[];
  tags: readonly string[];
  /** For a principal's burst: the repositories with strange moves. */
  places: readonly string[];
};

/** Where moves of a burst went, and the different digests (by prefix) that the tags left for it. */
type RetagTarget = { readonly to: string; readonly froms: readonly string[] };

export type RemovalBurst = {
  readonly start: number;
  last: number;
  readonly ref: EntryRef;
  /** Live tags of the scope when it began. */
  readonly live: number;
  /** What was known of the principal when it began. */
  readonly by: RemoverKind;
  tags: number;
  /** Tags beside these whose removal puts something right by itself; absent while there are none. */
  cures?: number;
  untagged: number;
  cited: number;
  named: readonly string[];
};

/**
 * `stranger`: never published here, never removed anything in the project. `new`: its first push here was today.
 * `publisher`: publishes, but never removed anything. `remover`: has removed before. `unnamed`: the producer does not say.
 */
export type RemoverKind = 'stranger' | 'new' | 'publisher' | 'remover' | 'unnamed';

export type RemovedDigest = {
  readonly at: number;
  readonly repository: string;
  readonly registry: string;
  readonly why: 'deleted' | 'tainted';
  readonly reason: string;
  readonly by: string;
  readonly ref: EntryRef;
  /** Hosts that were told to serve it still. */
  hosts: readonly string[];
};

export function createProjectRhythm(): ProjectRhythm {
  return {
    retags: new Map(),
    removals: new Map(),
    scopes: new Map(),
    removers: new Map(),
    removed: new Map(),
    requests: new Map(),
    hours: new Map(),
    fresh: new Map(),
    versions: new Map(),
  };
}
