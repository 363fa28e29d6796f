import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef, TagHabit } from '../project-view.ts';
import type { TagClass } from '../tag-class.ts';

/** Git repositories a project; the one unseen for longest is forgotten. */
export const MAX_SOURCES = 4096;
/** Git tags a source; the one unchanged for longest is forgotten. */
export const MAX_SOURCE_TAGS = 256;
/** Branches a source; the one unmoved for longest is forgotten. */
export const MAX_BRANCHES = 32;
/** Heads of branches that a source remembers; the oldest is forgotten and looks never seen. */
export const MAX_COMMITS = 64;
/** Pushers a source; the one unseen for longest is forgotten. */
export const MAX_PUSHERS = 24;
/** Workflows a source, with refs and actors each; the one unseen for longest is forgotten. */
export const MAX_WORKFLOWS = 16;
export const MAX_WORKFLOW_REFS = 6;
export const MAX_WORKFLOW_ACTORS = 8;
/** Runs of a source that were judged when they started, and that a publication may come from; the oldest goes. */
export const MAX_RUNS = 8;
/** Earlier commits kept of one tag that moved; the oldest is forgotten. */
export const MAX_REF_POINTS = 3;
/** Image repositories a project whose images name their source; the one unseen for longest is forgotten. */
export const MAX_LABELLED = 4096;
/** Pairs of image repository and foreign source that were told already; the oldest is forgotten. */
export const MAX_TOLD = 256;

/** Git refs and who moves them, by source repository. */
export type SourcesView = {
  /** By the name that source-name.ts makes of the many spellings. */
  readonly repositories: Map<string, SourceView>;
  /** Image repository → the source that its images name in their labels. */
  readonly labels: Map<string, LabelHabit>;
  /** `repository\nsource` → when a build or a label of that foreign source was told. */
  readonly told: Map<string, number>;
};

export type SourceView = {
  readonly since: number;
  /** The last runs that began or ended well, packed by last-runs.ts. */
  runs: string;
  /** What runs of each workflow build, packed by workflows.ts. */
  workflows: string;
  /** Absent while no update of a ref was seen: many sources are known by their builds alone. */
  refs?: RefsView | undefined;
};

/** The refs of a source and who moves them. */
export type RefsView = {
  /** When the source was first heard of. */
  readonly since: number;
  /** Ref updates seen. */
  updates: number;
  /** Who moves them, packed by pushers.ts. */
  pushers: string;
  /** How often each branch was updated, packed by branches.ts. */
  branches: string;
  readonly tags: Map<string, TagRefView>;
  readonly habits: { readonly [Class in TagClass]: TagHabit };
  /** Commits that were the head of a branch, or that a producer said to be on one, packed by commits.ts. */
  commits: string;
  /** Of the last tag updates that said so: was the commit on a branch? */
  readonly reachable: BitWindow;
  /** Of the last tag updates: had the commit been seen on a branch? */
  readonly seen: BitWindow;
  /** Of the last tag updates, and of the last branch updates: was the author or the committer the pusher? */
  readonly ownTags: BitWindow;
  readonly ownBranches: BitWindow;
  /** Of the last branch updates that name their files: was a build file among them? Absent while none did. */
  scripts?: BitWindow;
  /** Of the last moves of tags that move: did another tag point to the commit already? */
  readonly accompanied: BitWindow;
  /** How many updates came how long after their commit was written: a count for each step of ref-facts.ts. */
  readonly delays: number[];
  /** The last tag that was set on a commit of no branch against the habit: one story, however many tags follow. */
  stray?: { at: number; by: string; counted: number };
};

export type TagRefView = {
  /** As commits.ts shortens it. */
  commit: string;
  gone: boolean;
  last: number;
  moves: number;
  moveDays: number;
  by: string;
  /** Where it pointed before, oldest first; absent while it never moved. */
  before?: RefPoint[];
};

export type RefPoint = {
  readonly commit: string;
  readonly since: number;
  readonly until: number;
  /** Who pointed it away from there, and in which entry. */
  readonly by: string;
  readonly ref: EntryRef;
};

type LabelHabit = {
  source: string;
  first: number;
  count: number;
};

export function createSourcesView(): SourcesView {
  return { repositories: new Map(), labels: new Map(), told: new Map() };
}

export function createSourceView(since: number): SourceView {
  return { since, runs: '', workflows: '', refs: undefined };
}

/** The refs of the source as they are known: none, where no update was seen. */
export function refsOf({ refs, since }: SourceView): RefsView {
  return refs ?? createRefsView(since);
}

export function createRefsView(since: number): RefsView {
  return {
    since,
    updates: 0,
    pushers: '',
    branches: '',
    tags: new Map(),
    habits: { full: habit(), partial: habit(), name: habit() },
    commits: '',
    reachable: { bits: 0, count: 0 },
    seen: { bits: 0, count: 0 },
    ownTags: { bits: 0, count: 0 },
    ownBranches: { bits: 0, count: 0 },
    accompanied: { bits: 0, count: 0 },
    delays: [0, 0, 0, 0, 0, 0],
  };
}

function habit(): TagHabit {
  return { tags: 0, moves: 0, days: 0, moveDays: 0, lastDay: 0, lastMoveDay: 0 };
}
