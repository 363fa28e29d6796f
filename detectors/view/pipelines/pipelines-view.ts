import type { BitWindow } from '../../windows/bit-window.ts';
import type { EntryRef } from '../project-view.ts';
import { type BasesView, createBasesView } from './bases.ts';
import type { FactSet } from './fact-set.ts';
import { EMPTY_TALLY, type Tally } from './tally.ts';

/** Sources of builds a project; the one unseen for longest is forgotten and looks young when it comes back. */
export const MAX_RUN_SOURCES = 8192;
/** Workflows of one source with habits of their own; the one unseen for longest is forgotten. */
export const MAX_PIPELINES = 12;
/** Runs of a source whose start was seen and whose end is awaited; the oldest is forgotten. */
export const MAX_OPEN_RUNS = 8;
export const MAX_RUN_ACTORS = 12;
export const MAX_TRIGGERS = 6;
export const MAX_REFS = 6;
/** Builders and sources kept of a source and of an output repository; the one unseen for longest is forgotten. */
export const MAX_BUILDERS = 6;
/** Output repositories a project; the one unseen for longest is forgotten. */
export const MAX_OUTPUT_REPOSITORIES = 65_536;
/** Builders a project; the one unseen for longest is forgotten and looks new. */
export const MAX_PROJECT_BUILDERS = 1024;
/** Commits kept of an output repository, packed; the oldest is forgotten. */
export const MAX_OUTPUT_COMMITS = 16;
/** Digests of runs that published nothing, and runs by commit; the oldest is forgotten. */
export const MAX_UNPUBLISHED = 1024;
/** Caches that outsiders' runs wrote; the oldest is forgotten. */
export const MAX_CACHES = 512;
/** Packages whose install hooks are known; the one unpublished for longest is forgotten. */
export const MAX_HOOKED_PACKAGES = 4096;
/** Versions whose publication was seen; the oldest is forgotten. */
export const MAX_PUBLISHED_VERSIONS = 1024;
/** Names that came new into established pipelines; the oldest is forgotten. */
export const MAX_INTRODUCED = 256;

/** Places whose clocks went wrong; the one unseen for longest is forgotten. */
export const MAX_CLOCKS = 2048;
/** Repositories that say when their images were made; the one unseen for longest is forgotten. */
export const MAX_AGES = 65_536;

/** What builds look like, by source and workflow, and what goes into which repository. */
export type PipelinesView = {
  readonly bases: BasesView;
  /** By the source's name (or `to <repository>` where builds name no source). */
  readonly sources: Map<string, SourceRuns>;
  readonly outputs: Map<string, OutputView>;
  readonly builders: Map<string, BuilderView>;
  /** Digests that a run made which failed or skipped its publishing, until a run publishes them. */
  readonly unpublished: Map<string, UnpublishedRun>;
  /** `source\ncommit` → its last finished run that did not publish. */
  readonly unpublishedCommits: Map<string, UnpublishedRun>;
  /** Caches that runs of outsiders wrote. */
  readonly caches: Map<string, CacheView>;
  /** By purl without version. */
  readonly hooks: Map<string, HookHabit>;
  /** `key@version` → when it was published. */
  readonly published: Map<string, number>;
  /** Names of variables, parameters and flags, and paths of build files, that came new: in how many pipelines since when. */
  readonly introduced: Map<string, { first: number; pipelines: number }>;
  /** `kind\nsource or repository` → times that could not be, as clocks.ts finds them. */
  readonly clocks: Map<string, ClockView>;
  /** Of a repository's last pushes that say so: was the image made within a day? */
  readonly ages: Map<string, BitWindow>;
  /** When credentials were last revoked or rotated; 0 before. */
  revoked: number;
};

export type SourceRuns = {
  readonly since: number;
  runs: number;
  builders: Tally;
  /** Of the runs of proposals; absent while none named one. */
  proposalBuilders?: Tally;
  actors: Tally;
  /** Absent while all runs followed one workflow path. */
  arrivals?: PathArrivals | undefined;
  /** By their path, the one that ran last at the end. */
  pipelines: PipelineView[];
  /** Repository that took its outputs last; empty while none did. */
  output: string;
  /** Runs that were seen to begin and not to end, packed by open-runs.ts. */
  open: string;
};

/** Workflow paths that came, the days on which they came, and the last of those. */
type PathArrivals = { paths: number; days: number; lastDay: number };

export type PipelineView = {
  readonly path: string;
  readonly since: number;
  runs: number;
  /** Runs with outputs, and runs that a newcomer set off with a privileged trigger. */
  outputs: number;
  newcomers: number;
  /** Absent while runs say no more than what they made. */
  details?: PipelineDetails | undefined;
};

export type PipelineDetails = {
  triggers: Tally;
  actors: Tally;
  refs: Tally;
  script?: ScriptView | undefined;
  environment?: FactSet | undefined;
  /** The variables of the runs that build proposals. */
  proposals?: FactSet | undefined;
  parameters?: FactSet | undefined;
  flags?: FactSet | undefined;
  dependencies?: FactSet | undefined;
  /** Of the last runs that name publishing steps: did one succeed? */
  publishes?: BitWindow | undefined;
};

/** The workflow or build file by its digest (shortened). */
type ScriptView = {
  digest: string;
  observed: number;
  changes: number;
  ref: EntryRef;
};

export type OutputView = {
  readonly since: number;
  builds: number;
  sources: Tally;
  builders: Tally;
  /** Commits that were built into it, packed as view/sources/commits.ts does. */
  commits: string;
  /** The last build, as evidence of the habit. */
  ref: EntryRef;
};

type BuilderView = { readonly first: number; count: number };

export type UnpublishedRun = {
  readonly at: number;
  readonly runId: string;
  /** What of it says that nothing was published. */
  readonly why: 'failed' | 'skipped' | 'not-published';
  /** Earlier runs of the workflow show that its publishing steps are what publishes. */
  readonly habit: boolean;
  readonly ref: EntryRef;
};

type CacheView = {
  readonly at: number;
  readonly by: string;
  readonly runId: string;
  readonly ref: EntryRef;
};

type ClockView = { readonly first: number; last: number; count: number };

type HookHabit = { versions: number; hooks: number };

export function createSourceRuns(since: number): SourceRuns {
  return {
    since,
    runs: 0,
    builders: EMPTY_TALLY,
    actors: EMPTY_TALLY,
    arrivals: undefined,
    pipelines: [],
    output: '',
    open: '',
  };
}

/** Workflow paths that came to a source with runs, and on how many days. */
export function arrivalsOf({ arrivals, since }: SourceRuns): PathArrivals {
  return arrivals ?? { paths: 1, days: 1, lastDay: since };
}

export function createPipeline(path: string, since: number): PipelineView {
  return { path, since, runs: 0, outputs: 0, newcomers: 0, details: undefined };
}

export function createDetails(): PipelineDetails {
  return {
    triggers: EMPTY_TALLY,
    actors: EMPTY_TALLY,
    refs: EMPTY_TALLY,
    script: undefined,
    environment: undefined,
    proposals: undefined,
    parameters: undefined,
    flags: undefined,
    dependencies: undefined,
    publishes: undefined,
  };
}

export function createOutputView(since: number, ref: EntryRef): OutputView {
  return { since, builds: 0, sources: EMPTY_TALLY, builders: EMPTY_TALLY, commits: '', ref };
}

export function createPipelinesView(): PipelinesView {
  return {
    bases: createBasesView(),
    sources: new Map(),
    outputs: new Map(),
    builders: new Map(),
    unpublished: new Map(),
    unpublishedCommits: new Map(),
    caches: new Map(),
    hooks: new Map(),
    published: new Map(),
    introduced: new Map(),
    clocks: new Map(),
    ages: new Map(),
    revoked: 0,
  };
}
