import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef } from '../project-view.ts';
import type { RebuildHabit } from './evidence-view.ts';

/** Digests whose build is known and whose push may come, beside one for each repository; the oldest is forgotten. */
export const MIN_INPUTS = 64;
/** Digests of packages that are remembered for their rebuilds; the oldest is forgotten. */
export const MAX_PUBLISHED = 256;
/** Packages a project; the one unpublished for longest is forgotten. */
export const MAX_PACKAGES = 2048;
/** Release lines and publishers kept of a package; the one unused for longest is forgotten. */
export const MAX_LINES = 4;
export const MAX_PUBLISHERS = 4;
/** Pushes that wait for their signature; the oldest is settled as unsigned, unjudged. */
export const MAX_UNSIGNED = 1024;
/** Rotations of keys, and changes of identity, kept of a project; the oldest is forgotten. */
export const MAX_ROTATIONS = 16;
export const MAX_SWITCHES = 64;
/** Repositories kept of one change of identity, and of a wave of rebuilds that do not match. */
export const MAX_SWITCHED = 8;
/** Names of what is rebuilt and is no image of a repository here; the one compared longest ago is forgotten. */
export const MAX_REBUILT = 1024;
/** Digests of source archives and of packages; the oldest is forgotten. */
export const MAX_ARCHIVES = 512;
/** Principals with a burst of removals; the one idle for longest is forgotten. */
export const MAX_REMOVERS = 256;

/** What is known of releases across the repositories of a project. */
export type ReleasesView = {
  /** Shortened digest → what made it, packed, until its content is known. Outputs of one run share one text. */
  readonly inputs: Map<string, string>;
  /** By purl without version. */
  readonly packages: Map<string, PackageEvidence>;
  /** Shortened digest of a published package → its purl. */
  readonly published: Map<string, string>;
  readonly unsigned: UnsignedPush[];
  /** The earliest deadline of them; the largest number while none waits. */
  nextUnsigned: number;
  readonly rotations: Rotation[];
  /** `old\nnew` → the repositories that changed from one identity to the other. */
  readonly switches: Map<string, { last: number; repositories: string[] }>;
  /** Repositories whose rebuilds ceased to match, newest last. */
  mismatching: { repository: string; at: number }[];
  /** Name of a package, or of a repository without images → what rebuilds of it showed. */
  readonly rebuilds: Map<string, RebuildHabit>;
  /** `source\nref` → digest of the archive of that ref. */
  readonly archives: Map<string, { readonly digest: string; readonly ref: EntryRef }>;
  /** `actor\nrepository` → their last burst of removals. */
  readonly removals: Map<string, { start: number; last: number; count: number; broke?: boolean }>;
};

export type PackageEvidence = {
  releases: number;
  last: number;
  lines: { readonly line: string; readonly attested: BitWindow }[];
  /** Of the last releases: did they name their commit, and did they come without a long-lived token? */
  readonly sourced: BitWindow;
  readonly tokenless: BitWindow;
  publishers: PackagePublisher[];
  /** When a release that was weaker than usual was counted last. */
  lastWeak: number;
  ref: EntryRef;
  /** Of the last releases: was their source archive that of their tag? */
  archives?: BitWindow;
};

type PackagePublisher = {
  readonly name: string;
  readonly kind: string;
  count: number;
  last: number;
};

export type UnsignedPush = {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string;
  readonly at: number;
  readonly deadline: number;
  readonly by: string;
  readonly publisherKnown: boolean;
  readonly ref: EntryRef;
};

type Rotation = {
  readonly at: number;
  readonly key: string;
  readonly previous: string;
  readonly by: string;
  readonly ref: EntryRef;
};

export function createReleasesView(): ReleasesView {
  return {
    inputs: new Map(),
    packages: new Map(),
    published: new Map(),
    unsigned: [],
    nextUnsigned: Number.MAX_SAFE_INTEGER,
    rotations: [],
    switches: new Map(),
    mismatching: [],
    rebuilds: new Map(),
    archives: new Map(),
    removals: new Map(),
  };
}
