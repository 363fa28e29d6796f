import { knownRhythm } from '../context/known-rhythm.ts';
import type { ContextDraft, JudgeContext } from '../detector.ts';
import { provenanceHabit } from '../view/explain.ts';
import { DAY, HOUR } from '../view/limits.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';
import type { Removal } from '../view/rhythm/removal-burst.ts';
import type { RemovalBurst, RemovalHabit } from '../view/rhythm/rhythm-view.ts';
import { momentIn } from '../view/tag-habit.ts';

/** What an entry removes, and where. */
export type Taken = {
  readonly kind: 'repository' | 'source-ref' | 'package';
  readonly name: string;
  readonly scope: string;
  readonly removal: Removal;
  /** Live tags before; only asked when a burst begins. */
  readonly live: () => number;
  readonly publishers:
    | ReadonlyMap<string, { readonly first: number; readonly last: number }>
    | undefined;
  readonly repository: RepositoryView | undefined;
};

/** Untagged manifests are what clean-ups are for: a few of them say nothing. */
const MANY_UNTAGGED = 50;
const YOUNG = 7 * DAY;

/** How far the burst is from what is removed here, and by whom. */
export function baseOf(burst: RemovalBurst, habit: RemovalHabit | undefined): number {
  return Math.max(tagsBase(burst, habit), untaggedBase(burst, habit));
}

function tagsBase({ tags, live, by }: RemovalBurst, habit: RemovalHabit | undefined): number {
  if (tags < 5) return 0;
  const share = tags / Math.max(live, tags);
  const usual = habit?.tags ?? 0;
  // A quarter of the tags, but never more than ten of them: that much nobody removes by mistake.
  const many = Math.min(10, Math.max(5, Math.ceil(live / 4)));
  switch (by) {
    case 'stranger':
      return tags >= many ? 0.85 : 0;
    case 'new':
      return tags >= many ? 0.7 : 0;
    case 'publisher':
    case 'unnamed':
      if (tags < many || tags <= 1.5 * usual + 2) return 0;
      if (share >= 0.5 || (tags >= 10 && share >= 0.25)) return 0.8;
      return tags >= 10 ? 0.55 : 0.35;
    case 'remover':
      if (tags < 10 || tags <= 3 * usual + 5) return 0;
      return share >= 0.5 ? 0.6 : 0.35;
  }
}

function untaggedBase({ untagged, by }: RemovalBurst, habit: RemovalHabit | undefined): number {
  if (untagged < MANY_UNTAGGED || untagged <= 5 * (habit?.untagged ?? 0)) return 0;
  return by === 'stranger' || by === 'new' ? 0.6 : 0.35;
}

/** A burst is told when it becomes known, and again when it has become so bad that somebody has to get up. */
export function levelOf(base: number): number {
  return base >= 0.8 ? 3 : base >= 0.45 ? 2 : base > 0 ? 1 : 0;
}

export function removalContext(
  { view, actor, at }: JudgeContext,
  taken: Taken,
  burst: RemovalBurst,
  habit: RemovalHabit | undefined,
): readonly ContextDraft[] {
  const publisher = taken.publishers?.get(actor);
  const settled = publisher !== undefined && publisher.first < burst.start - DAY;
  const rotates = settled && taken.kind === 'repository' && publisher.last >= burst.start - HOUR;
  return [
    ...(burst.cited > 0
      ? [
          {
            kind: 'cited',
            reason: `Runs cite the content of ${burst.cited} of the tags`,
            effect: 0.1,
          },
        ]
      : []),
    ...(rotates
      ? [
          {
            kind: 'rotation',
            reason: `${actor}, who has long published here, pushed in the same hour: old tags make room for new ones`,
            effect: -0.4,
          },
        ]
      : []),
    ...(burst.by === 'stranger' ? [] : knownRhythm(habit, burst.tags)),
    ...(burst.by === 'new' ? release(view, taken, burst) : []),
    ...young(taken, at),
    ...announcedHere(view, taken, at),
    ...containment(taken, actor, at, view.now),
  ];
}

/** A newcomer's release, made by the usual builders, takes the place of the tags that go. */
function release(
  view: ProjectView,
  { repository, scope }: Taken,
  burst: RemovalBurst,
): readonly ContextDraft[] {
  const moved = view.rhythm.retags.get(scope);
  if (repository === undefined || moved === undefined) return [];
  if (moved.last < burst.start - HOUR || moved.strange > 0 || moved.moves < burst.tags / 3)
    return [];
  if (provenanceHabit(view, repository).expects !== 'always') return [];
  return [
    {
      kind: 'release',
      reason: `${moved.moves} tags went to digests in the same hour that the usual builds explain`,
      effect: -0.35,
    },
  ];
}

/** What the frame says of any announcement, a little more when it is about this very repository. */
function announcedHere(
  view: ProjectView,
  { repository }: Taken,
  at: number,
): readonly ContextDraft[] {
  const named = view.announcements.some(
    ({ from, until, ...announced }) =>
      repository !== undefined &&
      announced.repository === repository.name &&
      from <= at &&
      at <= until,
  );
  if (!named) return [];
  return [
    {
      kind: 'announced-here',
      reason: 'The announcement is about this repository; which cited images go is told by itself',
      effect: -0.2,
    },
  ];
}

function young({ repository }: Taken, at: number): readonly ContextDraft[] {
  if (repository === undefined || momentIn(repository, at) - repository.since >= YOUNG) return [];
  return [
    {
      kind: 'young-repository',
      reason: 'The repository is younger than a week: nothing is usual yet',
      effect: -0.4,
    },
  ];
}

/** A repository that somebody just filled with what nothing explains may be taken down by somebody else. */
function containment(
  { repository }: Taken,
  actor: string,
  at: number,
  now: number,
): readonly ContextDraft[] {
  if (repository === undefined) return [];
  const since = Math.max(at, now) - 3 * DAY;
  for (const tag of repository.tags.values()) {
    if (!tag.unexplained || tag.gone || tag.by === actor || tag.by === '' || tag.last < since)
      continue;
    if (tag.before === undefined) continue;
    return [
      {
        kind: 'containment',
        reason: `${tag.by} had moved ${repository.name} to content that nothing explains within these three days`,
        effect: -0.45,
      },
    ];
  }
  return [];
}
