import type { BitWindow } from '../windows/bit-window.ts';
import type { AccessView } from './access/access-view.ts';
import type { BaselinesView } from './baselines/baselines-view.ts';
import type { CasesView } from './cases/cases-view.ts';
import type { ContentView } from './content/content-view.ts';
import type { DueQueue } from './due-queue.ts';
import type { Marked } from './entry-mark.ts';
import type { EvidenceView } from './evidence/evidence-view.ts';
import type { ReleasesView } from './evidence/releases-view.ts';
import type { HealthView } from './health/health-view.ts';
import type { PackagesView } from './packages/packages-view.ts';
import type { PublisherMap, SpanMap } from './packed-spans.ts';
import type { PipelinesView } from './pipelines/pipelines-view.ts';
import type { ProjectRhythm, RhythmView } from './rhythm/rhythm-view.ts';
import type { RulesView } from './rules/rules-view.ts';
import type { ScienceView } from './science/science-view.ts';
import type { SourcesView } from './sources/sources-view.ts';
import type { TagClass } from './tag-class.ts';
import type { TaintsView } from './taints/taints-view.ts';
import type { VolumeView } from './volume/volume-view.ts';

/**
 * Everything that detection remembers of one project: a fold of its entries, bounded by limits.ts. Mutable for speed;
 * only `evolve` writes it. Times are milliseconds since the epoch. Maps keep the order of insertion, and where
 * something is forgotten the first of the map goes, so equal entries give equal views on every machine.
 */
export type ProjectView = {
  readonly project: string;
  /** The latest event time seen: the only clock that detection knows. */
  now: number;
  /**
   * How long after it happened the entry was received that brought the clock here: what the project sends is known so
   * much later. Below zero where a sender's clock is ahead.
   */
  behind: number;
  readonly repositories: Map<string, RepositoryView>;
  readonly publishers: Map<string, PublisherView>;
  /** Build outputs by digest. */
  readonly builds: Map<string, BuildFact>;
  /** Verified provenance attestations by digest. */
  readonly attestations: Map<string, AttestationFact>;
  /** Digests that workflow runs cite. */
  readonly citations: Map<string, Citation>;
  /** Child manifest → the cited index that needs it. */
  readonly citedChildren: Map<string, string>;
  /** Pushes without an explanation so far, by digest, oldest first. */
  readonly awaited: Map<string, AwaitedPush[]>;
  /** When the awaited pushes are due. */
  readonly due: DueQueue;
  readonly announcements: Announcement[];
  /** Of the project's last pushes: what `explained` and `explainedBefore` are for each repository. */
  readonly explained: BitWindow;
  readonly explainedBefore: BitWindow;
  readonly access: AccessView;
  readonly pipelines: PipelinesView;
  readonly sources: SourcesView;
  readonly packages: PackagesView;
  readonly releases: ReleasesView;
  readonly volume: VolumeView;
  readonly health: HealthView;
  readonly science: ScienceView;
  readonly rhythm: ProjectRhythm;
  readonly taints: TaintsView;
  readonly baselines: BaselinesView;
  readonly cases: CasesView;
  /** Ids of findings that were raised and could come up again. */
  readonly said: Map<string, true>;
  readonly rules: RulesView;
};

export type RepositoryView = {
  readonly name: string;
  /** Registry host that the last registry event named, for commands that a person pastes. */
  registry: string;
  readonly since: number;
  /** Digests that got their first tag here. */
  pushes: number;
  readonly tags: Map<string, TagView>;
  /** Digests that at least one tag points to. */
  readonly tagged: Map<string, DigestView>;
  /** Digests that were here, packed by past-digests.ts. */
  past: string;
  readonly publishers: PublisherMap;
  /** `builder\nsource repository` → when it first and last explained a push. */
  readonly origins: SpanMap;
  /** Of each class of tags from the first of them on. */
  readonly habits: TagHabits;
  /** Of the last pushes: did a build or an attestation explain them, in the end? */
  readonly explained: BitWindow;
  /** When an unexplained push was counted last. */
  lastGap: number;
  /** Of the last explained pushes: was the explanation there before the push? */
  readonly explainedBefore: BitWindow;
  /** Longest recent delay from a push to its explanation; decays with each one. */
  lateness: number;
  /** Tags and digests that were removed. */
  deletions: number;

  // What follows exists once the first event of its kind has come.
  /** Digests that were pushed without a tag and have none so far. */
  loose?: Map<string, DigestView>;
  /** Of the last pushes since the first attestation: did they get one, in the end? */
  attested?: BitWindow;
  /** Of the last pushes that were explained later: was a run of the repository's sources under way? */
  withinRun?: BitWindow;
  content?: ContentView;
  evidence?: EvidenceView;
  rhythm?: RhythmView;
};

/** First and last time, and how often. */
export type Span = { first: number; last: number; count: number };

export type PublisherView = Span & {
  /** `token\tclient family`, newest last. */
  clients: string[];
};

/** An entry as evidence: where it lies, and which event it is wherever it lies. */
export type EntryRef = {
  readonly shard: number;
  readonly index: number;
  readonly source: string;
  readonly id: string;
};

export type TagView = {
  digest: string;
  /** True after the tag was removed; `digest` is then the last one. */
  gone: boolean;
  /** When the tag got its present digest (or went). */
  last: number;
  moves: number;
  /** Moves that came a day or more after the one before. */
  moveDays: number;
  by: string;
  ref: EntryRef;
  /** Nothing explained the present digest when the tag got it. */
  unexplained: boolean;
  /** Where it pointed before, oldest first; absent while it never moved. */
  before?: TagPoint[];
};

export type TagPoint = {
  readonly digest: string;
  readonly since: number;
  readonly by: string;
  readonly ref: EntryRef;
  readonly unexplained: boolean;
};

export type DigestView = {
  readonly digest: string;
  /** Tags that point to it. */
  tags: number;
  /** It was here when the observation of this repository began. */
  readonly opening: boolean;
  /** It had a tag at some time. */
  everTagged: boolean;
  build?: BuildFact;
  attestation?: AttestationFact;
  children?: readonly string[];
  /** It is an index whose parts were all explained when it got its tag. */
  parts?: boolean;
};

/** A successful build run that names a digest among its outputs; shared by all its outputs, never changed. */
export type BuildFact = Marked & {
  readonly builder: string;
  readonly source: string;
  readonly by: string;
};

export type AttestationFact = Marked & { readonly signer: string };

export type Citation = {
  runs: number;
  last: number;
  /** Tags under which runs resolved it, newest last. */
  tags: string[];
  /** Paper, data set or crate that cites one of the runs. */
  publication: string;
  /** The run to show: the one with a publication, else the latest. */
  ref: EntryRef;
};

/** A digest's first tagging that nothing has explained so far (or that lacks its usual attestation). */
export type AwaitedPush = {
  readonly repository: string;
  readonly digest: string;
  readonly at: number;
  readonly deadline: number;
  readonly by: string;
  /** The publisher was no stranger: known here, unnamed, or the first of all. */
  readonly publisherKnown: boolean;
  readonly ref: EntryRef;
  /** A build or an attestation has explained it since. */
  explained: boolean;
  /** It has its attestation, or none is usual or declared. */
  attested: boolean;
  /** The gap was judged at the push, because explanations come first here. */
  readonly judgedAtPush: boolean;
  /** A run that may be making it was under way; undefined while nobody knew whose runs fill the repository. */
  readonly withinRun: boolean | undefined;
  /** Tags that it took, with the digest that each left. */
  readonly tags: { readonly tag: string; readonly from: string | undefined }[];
};

export type Announcement = {
  readonly from: number;
  readonly until: number;
  readonly repository: string | undefined;
  readonly actors: readonly string[] | undefined;
  readonly tags: readonly string[] | undefined;
  readonly rules: readonly string[] | undefined;
  readonly reason: string;
  readonly ref: EntryRef;
};

export type TagHabits = { [Class in TagClass]?: TagHabit };

/** What a repository's tags of one class do. Days are stretches of 24 hours. */
export type TagHabit = {
  tags: number;
  moves: number;
  /** Days with a creation or a move, and days with a move. */
  days: number;
  moveDays: number;
  lastDay: number;
  lastMoveDay: number;
};
