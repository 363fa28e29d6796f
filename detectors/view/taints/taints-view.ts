import type { EntryRef } from '../project-view.ts';
import { createUseLog, type UseLog } from './use-log.ts';

/** Uses kept of a project at least, and for each of its repositories beyond that; the oldest is forgotten. */
export const MIN_USES = 512;
export const USES_PER_REPOSITORY = 8;
/** Pulled digests kept of a project; the one that was pulled first is forgotten. */
export const MAX_PULLED = 512;
/** Long lists of ingredients kept of a project, and keys in all of them; the one unused for longest is forgotten. */
export const MAX_LISTS = 256;
export const MAX_LISTED_KEYS = 32_768;
/** Packages whose versions are known, and versions of one package; the oldest is forgotten. */
export const MAX_PACKAGES = 2048;
export const MAX_VERSIONS = 32;
/** What is known bad, its offspring included; the oldest is forgotten. */
export const MAX_TAINTS = 8192;
/** Ranges of bad versions, and what was said already; the oldest is forgotten. */
export const MAX_RANGES = 1024;
export const MAX_SAID = 2048;

/**
 * What is known bad, and who used what: so that both orders meet, a taint that comes after the use and a use that
 * comes after the taint. Keys are 53 bits of a digest or of a package version (use-keys.ts).
 */
export type TaintsView = UsesView & BadView;

/** What somebody used. */
export type UsesView = {
  readonly uses: UseLog;
  /** Some uses are no longer here; the ledger still has them. */
  forgotten: boolean;
  readonly pulled: Map<number, PulledDigest>;
  /** Lists of ingredients that are too long for a line, each kept once, by a key of the whole list. */
  readonly lists: Map<number, readonly number[]>;
  listedKeys: number;
  /** Package → the versions of it that were used, each followed by a space. */
  readonly versions: Map<number, string>;
};

/** What is known bad. */
export type BadView = {
  /** Digests by key: the bad ones, and what was made of bad ingredients. */
  readonly tainted: Map<number, Taint>;
  /** Package → ranges of bad versions. */
  readonly ranges: Map<number, RangeTaint[]>;
  /** Uses of tainted things that were reported already. */
  readonly said: Map<number, boolean>;
};

type PulledDigest = {
  count: number;
  readonly repository: string;
  readonly first: EntryRef;
  last: EntryRef;
};

/** A statement that something is bad, shared by all its keys. */
export type TaintStatement = {
  /** The digest or package that is bad, for people. */
  readonly label: string;
  readonly project: string;
  readonly reason: string;
  readonly advisory: string;
  readonly at: number;
  readonly ref: EntryRef;
};

export type Taint = {
  readonly statement: TaintStatement;
  /** It is not the bad thing itself: something was built from it. */
  readonly derived: boolean;
  /** Only name and version agree; the ecosystem was not stated. */
  readonly weak: boolean;
};

/** Versions of a package that are bad: those listed, those in a range, or all when neither is there. */
export type RangeTaint = {
  readonly statement: TaintStatement;
  readonly versions: readonly string[];
  readonly ranges: readonly VersionRange[];
  readonly weak: boolean;
  /** The statement names a digest too: whoever is pinned by a digest is judged by that alone. */
  readonly unpinnedOnly: boolean;
};

/** Versions from `introduced` (`0` is the first) up to, without `fixed`, or with `lastAffected`. */
export type VersionRange = {
  readonly introduced: string;
  readonly fixed?: string | undefined;
  readonly lastAffected?: string | undefined;
};

export function createUsesView(): UsesView {
  return {
    uses: createUseLog(),
    forgotten: false,
    pulled: new Map(),
    lists: new Map(),
    listedKeys: 0,
    versions: new Map(),
  };
}

export function createBadView(): BadView {
  return {
    tainted: new Map(),
    ranges: new Map(),
    said: new Map(),
  };
}
