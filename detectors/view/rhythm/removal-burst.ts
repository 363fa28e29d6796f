import { provenanceHabit, staysUnexplained } from '../explain.ts';
import { DAY } from '../limits.ts';
import { packageName } from '../packages/package-name.ts';
import type { EntryRef, ProjectView, RepositoryView } from '../project-view.ts';
import {
  MAX_NAMED,
  type RemovalBurst,
  type RemovalHabit,
  type RemoverKind,
} from './rhythm-view.ts';

const PAST_REMOVER = 3 * DAY;
const WITHDRAWN = 7 * DAY;

/** What one entry removes. */
export type Removal = {
  readonly tags: readonly string[];
  /** How many tags beside them go whose removal puts something right by itself. */
  readonly cures?: number;
  readonly untagged: number;
  readonly cited: number;
};

export function startRemoval(
  at: number,
  ref: EntryRef,
  begun: { readonly live: number; readonly by: RemoverKind },
): RemovalBurst {
  return { start: at, last: at, ref, ...begun, tags: 0, untagged: 0, cited: 0, named: [] };
}

/** The burst with what this entry removes; the one given stays as it is. */
export function withRemoval(burst: RemovalBurst, removal: Removal, at: number): RemovalBurst {
  const cures = (burst.cures ?? 0) + (removal.cures ?? 0);
  return {
    ...burst,
    last: Math.max(burst.last, at),
    tags: burst.tags + removal.tags.length,
    ...(cures === 0 ? {} : { cures }),
    untagged: burst.untagged + removal.untagged,
    cited: burst.cited + removal.cited,
    named:
      burst.named.length < MAX_NAMED
        ? [...burst.named, ...removal.tags].slice(0, MAX_NAMED)
        : burst.named,
  };
}

/** How many tags the burst counts for: who takes more good than bad away cures nothing, and then all of them count. */
export function tagsTaken({ tags, cures = 0 }: RemovalBurst): number {
  return tags > cures ? tags + cures : tags;
}

/** A burst is over: it is a habit when somebody made it who is known here. */
export function learnRemoval(habit: RemovalHabit, burst: RemovalBurst): void {
  if (burst.tags === 0 && burst.untagged === 0) return;
  habit.last = burst.last;
  if (burst.by === 'stranger' || burst.by === 'new') return;
  habit.bursts += 1;
  habit.tags = Math.max(burst.tags, Math.floor(habit.tags * 0.95));
  habit.untagged = Math.max(burst.untagged, Math.floor(habit.untagged * 0.95));
}

/** What is known of a principal that begins to remove things. A removal of today makes nobody known. */
export function removerKind(
  view: ProjectView,
  actor: string,
  publishers: ReadonlyMap<string, { readonly first: number }> | undefined,
  at: number,
): RemoverKind {
  if (actor === '') return 'unnamed';
  const remover = view.rhythm.removers.get(actor);
  const publisher = publishers?.get(actor);
  if (remover !== undefined && at - remover.first >= PAST_REMOVER) return 'remover';
  if (publisher === undefined) return 'stranger';
  return at - publisher.first < DAY ? 'new' : 'publisher';
}

/** How often the package was published, and by whom; whoever pushes images of the project is no stranger to it. */
export function publicationsOf(
  view: ProjectView,
  purl: string,
  actor: string,
): {
  readonly count: number;
  readonly publishers: ReadonlyMap<string, { first: number; last: number }>;
} {
  const known = view.packages.packages.get(packageName(purl).key);
  const isOwn = view.publishers.has(actor) || known === undefined;
  return { count: known?.count ?? 0, publishers: isOwn ? view.publishers : known.publishers };
}

/**
 * Whether taking the tag away puts something right: its content is known to be bad, or nothing explains it where all
 * is explained, and somebody else put it there.
 */
export function isCureOf(
  view: ProjectView,
  repository: RepositoryView,
  tag: { readonly digest: string; readonly by: string; readonly unexplained: boolean },
  actor: string,
): boolean {
  if (view.rhythm.removed.get(tag.digest)?.why === 'tainted') return true;
  return (
    tag.by !== actor &&
    staysUnexplained(view, repository, tag) &&
    provenanceHabit(view, repository).expects !== 'nothing'
  );
}

/** Whether somebody else withdraws a package version of the last days: that is how a bad upload ends. */
export function isWithdrawal(view: ProjectView, purl: string, actor: string, at: number): boolean {
  const published = view.rhythm.fresh.get(purl);
  return published !== undefined && published.by !== actor && at - published.at <= WITHDRAWN;
}

export function liveTags(tags: ReadonlyMap<string, { readonly gone: boolean }>): number {
  let live = 0;
  for (const tag of tags.values()) if (!tag.gone) live += 1;
  return live;
}
