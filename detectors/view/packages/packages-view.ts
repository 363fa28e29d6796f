import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef } from '../project-view.ts';
import { createNamesView, type NamesView } from './names-view.ts';

/** Packages a project; the one published last the longest ago is forgotten. */
export const MAX_PACKAGES = 4096;
/** Publishers and credentials of a package; the one unseen for longest is forgotten and looks new. */
export const MAX_PACKAGE_PUBLISHERS = 16;
export const MAX_PACKAGE_TOKENS = 8;
/** Versions kept of a package, with who published them; the oldest is forgotten. */
export const MAX_VERSIONS = 8;
/** Credentials whose version was withdrawn; the oldest is forgotten. */
export const MAX_WITHDRAWN = 8;

/** Published packages and who publishes them, by package name without version; and the names in use. */
export type PackagesView = {
  readonly packages: Map<string, PackageView>;
  readonly names: NamesView;
};

export type PackageView = {
  readonly since: number;
  count: number;
  /** Name → how often and when it published. */
  readonly publishers: Map<string, { readonly first: number; last: number; count: number }>;
  /** Credential → how often it published. */
  readonly tokens: Map<string, number>;
  /** The last publications, oldest first. */
  readonly versions: PublishedVersion[];
  /** Of the last publications that could be known: did they have it? */
  readonly attested: BitWindow;
  readonly tagged: BitWindow;
  readonly built: BitWindow;
  readonly committed: BitWindow;
  /** Of the last publications that named a digest: was it an output of a run? */
  readonly outputs: BitWindow;
  /** Of the last publications that said so: do they run code when they are installed? */
  readonly scripted: BitWindow;
  /** When a publication without its usual evidence was counted last. */
  lastGap: number;
  /** The source repository that publications name, as source-name.ts makes it. */
  source: string;
  registry: string;
  /** `publisher\ncredential` of versions that were removed soon after. */
  readonly withdrawn: string[];
};

type PublishedVersion = {
  readonly version: string;
  readonly at: number;
  readonly by: string;
  readonly token: string;
  readonly ref: EntryRef;
};

export function createPackagesView(): PackagesView {
  return { packages: new Map(), names: createNamesView() };
}

export function createPackageView(since: number): PackageView {
  return {
    since,
    count: 0,
    publishers: new Map(),
    tokens: new Map(),
    versions: [],
    attested: { bits: 0, count: 0 },
    tagged: { bits: 0, count: 0 },
    built: { bits: 0, count: 0 },
    committed: { bits: 0, count: 0 },
    outputs: { bits: 0, count: 0 },
    scripted: { bits: 0, count: 0 },
    lastGap: 0,
    source: '',
    registry: '',
    withdrawn: [],
  };
}
