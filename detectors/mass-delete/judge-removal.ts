import { knownRhythm } from '../context/known-rhythm.ts';
import type { ContextDraft, JudgeContext } from '../detector.ts';
import { markedAt } from '../view/entry-mark.ts';
import { isKinOrigin, isUsualOrigin, provenanceHabit, staysUnexplained } from '../view/explain.ts';
import { DAY, HOUR } from '../view/limits.ts';
import type { ProjectView, RepositoryView } from '../view/project-view.ts';
import { liveTags, type Removal, tagsTaken } from '../view/rhythm/removal-burst.ts';
import type { RemovalBurst, RemovalHabit } from '../view/rhythm/rhythm-view.ts';
import { tagClass } from '../view/tag-class.ts';
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

function tagsBase(burst: RemovalBurst, habit: RemovalHabit | undefined): number {
  const { live, by } = burst;
  const tags = tagsTaken(burst);
  if (tags < 5) return 0;
  const share = tags / Math.max(live, tags);
  const usual = habit?.tags ?? 0;
  // A quarter of the tags, but never more than ten of them: that much nobody removes by mistake.
  const many = Math.min(10, Math.max(5, Math.ceil(live / 4)));
  switch (by) {
    case 'stranger':
      if (tags < many) return 0.4;
      return share >= 0.5 ? 0.85 : 0.8;
    case 'new':
      return tags >= many ? 0.7 : 0.35;
    case 'publisher':
    case 'unnamed':
      if (tags <= 1.5 * usual + 2) return 0;
      if (tags < many) return 0.2;
      if (share >= 0.5 || (tags >= 10 && share >= 0.25)) return 0.8;
      return tags >= 10 ? 0.55 : 0.35;
    case 'remover':
      if (tags < 10 || tags <= 3 * usual + 5) return 0;
      return share >= 0.5 ? 0.6 : 0.35;
  }
}

/** The same over the repositories of a project: a few of each are tidying up, ten within the hour are not. */
export function wideBase({ tags, by }: RemovalBurst, habit: RemovalHabit | undefined): number {
  const usual = habit?.tags ?? 0;
  if (tags < 10 || tags <= 1.5 * usual + 2) return 0;
  switch (by) {
    case 'stranger':
      return 0.85;
    case 'new':
      return 0.7;
    case 'publisher':
      return 0.5;
    case 'remover':
      return tags > 3 * usual + 5 ? 0.35 : 0;
    case 'unnamed':
      return 0;
  }
}

function untaggedBase({ untagged, by }: RemovalBurst, habit: RemovalHabit | undefined): number {
  if (untagged < MANY_UNTAGGED || untagged <= 5 * (habit?.untagged ?? 0)) return 0;
  return by === 'stranger' || by === 'new' ? 0.6 : 0.35;
}

/** A burst is told when it becomes known, again when somebody has to get up, and again when a stranger has taken half. */
export function levelOf(base: number): number {
  return base >= 0.85 ? 4 : base >= 0.8 ? 3 : base >= 0.45 ? 2 : base > 0 ? 1 : 0;
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
    ...livesOn(view, taken),
    ...retires(taken, burst, at),
    ...ownWork(view, taken, burst, actor),
    ...(burst.by === 'stranger' ? [] : knownRhythm(habit, burst.tags)),
    ...(burst.by === 'new' ? release(view, taken, burst) : []),
    ...young(taken, at),
    ...announcedHere(view, taken, at),
    ...containment(view, taken, actor, settled || burst.by === 'remover', Math.max(at, view.now)),
  ];
}

/** What a repository held is under the same tags of another of the project: it was moved, not destroyed. */
function livesOn(view: ProjectView, { repository, removal }: Taken): readonly ContextDraft[] {
  if (repository === undefined || removal.tags.length < MOVED) return [];
  for (const other of view.repositories.values()) {
    if (other === repository) continue;
    const moved = removal.tags.filter((name) => {
      const tag = other.tags.get(name);
      return tag?.gone === false && tag.digest === repository.tags.get(name)?.digest;
    });
    if (moved.length < removal.tags.length * 0.9) continue;
    return [
      {
        kind: 'lives-on',
        reason: `${moved.length} of the ${removal.tags.length} tags are in ${other.name} with the same content`,
        effect: -0.45,
      },
    ];
  }
  return [];
}

/** Tags in one entry from which a repository can be said to have moved. */
const MOVED = 5;

/** A clean-up that nobody has seen takes what is oldest of one kind where the same goes on being made, and leaves most. */
function retires(
  { repository, removal }: Taken,
  { by, cited, tags, live, named }: RemovalBurst,
  at: number,
): readonly ContextDraft[] {
  if (repository === undefined || by !== 'stranger' || cited > 0 || tags >= live / 2) return [];
  const [name = ''] = removal.tags;
  const removed = repository.tags.get(name);
  if (removed === undefined || at - removed.last < OLD) return [];
  const kind = tagClass(name);
  if (named.some((other) => tagClass(other) !== kind)) return [];
  let older = 0;
  let young = 0;
  for (const [other, tag] of repository.tags) {
    if (tag.gone || tagClass(other) !== kind) continue;
    if (tag.last < removed.last) older += 1;
    if (at - tag.last < OLD / 2) young += 1;
  }
  // Where it takes them one by one, the last of them has next to none before it.
  if (older > tags * PASSED_OVER || young < 3) return [];
  return [
    {
      kind: 'retires-old',
      reason: `It takes the oldest, and leaves what is made since: ${young} such tags in the last ${OLD / 2 / DAY} days`,
      effect: -0.25,
    },
  ];
}

/** How many older ones a clean-up may leave for each that it takes: pinned ones, or those of its own deletion. */
const PASSED_OVER = 1 / 4;
const OLD = 14 * DAY;

/** Who alone of several ever published here, by hand and no release, takes away what no run cites: their own drafts. */
function ownWork(
  view: ProjectView,
  { repository, publishers }: Taken,
  { by, cited }: RemovalBurst,
  actor: string,
): readonly ContextDraft[] {
  if (repository === undefined || by !== 'publisher' || cited > 0) return [];
  if (
    publishers?.size !== 1 ||
    view.publishers.size < 2 ||
    (repository.habits.full?.tags ?? 0) > 0
  ) {
    return [];
  }
  if (provenanceHabit(view, repository).expects !== 'nothing') return [];
  return [
    {
      kind: 'own-work',
      reason: `Nobody but ${actor} ever published here, no release is among it, and no run cites it`,
      effect: -0.15,
    },
  ];
}

/** A newcomer's release, made by the usual builders, takes the place of the tags that go. */
function release(
  view: ProjectView,
  { repository, scope }: Taken,
  burst: RemovalBurst,
): readonly ContextDraft[] {
  if (repository === undefined || provenanceHabit(view, repository).expects !== 'always') return [];
  const moved = view.rhythm.retags.get(scope);
  const isNow = moved !== undefined && moved.last >= burst.start - HOUR;
  if (isNow && moved.strange > 0) return [];
  const names = (isNow ? moved.moves : 0) + nameless(repository, burst);
  if (names < tagsTaken(burst) / 3) return [];
  return [
    {
      kind: 'release',
      reason: `${names} tags went to digests in the same hour that the usual builds explain, or are about to`,
      effect: -0.35,
    },
  ];
}

/** Digests built in the same hour that bear no name yet: within one change the names may go before others come. */
function nameless(repository: RepositoryView, burst: RemovalBurst): number {
  let count = 0;
  for (const { build, everTagged } of repository.loose?.values() ?? []) {
    if (build === undefined || everTagged || markedAt(build) < burst.start - HOUR) continue;
    if (isUsualOrigin(repository, build, burst.last) || isKinOrigin(repository, build, burst.last))
      count += 1;
  }
  return count;
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

/** Of a repository whose content is spoilt to this part, in two tags at least, anybody may take away what there is. */
const SPOILT = 1 / 8;

/**
 * A repository that somebody just spoilt with what nothing explains may be taken down by somebody else who is at home
 * here; by a stranger only when much of it is spoilt: else one tag that lacks its build would excuse every removal.
 */
function containment(
  view: ProjectView,
  { repository }: Taken,
  actor: string,
  settled: boolean,
  time: number,
): readonly ContextDraft[] {
  if (repository === undefined) return [];
  let spoilt = 0;
  let by = '';
  for (const tag of repository.tags.values()) {
    if (tag.gone || tag.by === actor || tag.by === '') continue;
    if (tag.last < time - 3 * DAY || tag.before === undefined) continue;
    if (!staysUnexplained(view, repository, tag)) continue;
    by = tag.by;
    spoilt += 1;
  }
  const least = settled ? 1 : Math.max(2, SPOILT * liveTags(repository.tags));
  if (spoilt < least) return [];
  return [
    {
      kind: 'containment',
      reason: `${by} had moved ${repository.name} to content that nothing explains within these three days`,
      effect: -0.45,
    },
  ];
}
