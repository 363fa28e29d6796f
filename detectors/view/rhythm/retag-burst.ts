import type { EntryRef } from '../project-view.ts';
import {
  MAX_FROMS,
  MAX_NAMED,
  MAX_TARGETS,
  type RetagBurst,
  type RetagHabit,
} from './rhythm-view.ts';

/** A quiet of this length ends a burst; a burst that never ends is cut after six hours. */
const QUIET = 3_600_000;
const LONGEST = 6 * QUIET;
const PREFIX = 16;

export type RetagMove = {
  readonly tag: string;
  readonly from: string;
  readonly to: string;
  readonly strange: boolean;
  readonly place: string;
};

/** The burst that a move at this time belongs to, if one is open. */
export function openBurst<T extends { readonly start: number; readonly last: number }>(
  burst: T | undefined,
  at: number,
): T | undefined {
  if (burst === undefined) return undefined;
  return at - burst.last <= QUIET && at - burst.start <= LONGEST ? burst : undefined;
}

export function startRetag(at: number, ref: EntryRef): RetagBurst {
  return {
    start: at,
    last: at,
    ref,
    moves: 0,
    strange: 0,
    targets: [],
    tags: [],
    places: [],
  };
}

/** The burst with one more move; the one given stays as it is. */
export function withMove(burst: RetagBurst, move: RetagMove, at: number): RetagBurst {
  const to = shortDigest(move.to);
  const from = shortDigest(move.from);
  const known = burst.targets.find((target) => target.to === to);
  const froms = known?.froms ?? [];
  const target = {
    to,
    froms: froms.includes(from) || froms.length >= MAX_FROMS ? froms : [...froms, from],
  };
  return {
    ...burst,
    last: Math.max(burst.last, at),
    moves: burst.moves + 1,
    strange: burst.strange + (move.strange ? 1 : 0),
    targets: [...burst.targets.filter((other) => other !== known), target].slice(-MAX_TARGETS),
    tags: burst.tags.length < MAX_NAMED ? [...burst.tags, move.tag] : burst.tags,
    places:
      !move.strange || burst.places.includes(move.place) || burst.places.length >= MAX_NAMED
        ? burst.places
        : [...burst.places, move.place],
  };
}

/** How many different digests tags left for this one within the burst. */
export function collapseOf(burst: RetagBurst, to: string): number {
  const short = shortDigest(to);
  return burst.targets.find((target) => target.to === short)?.froms.length ?? 0;
}

/** A burst is over: what it had is usual from now on, unless it is what the rule would have spoken of. */
export function learnRetag(habit: RetagHabit, burst: RetagBurst): void {
  habit.bursts += 1;
  if (burst.strange >= 3) return;
  const collapse = Math.max(0, ...burst.targets.map((target) => target.froms.length));
  habit.moves = Math.max(burst.moves, Math.floor(habit.moves * 0.95));
  habit.collapse = Math.max(collapse, habit.collapse * 0.95);
}

/** The algorithm is the same in one repository: what differs is behind the colon. */
function shortDigest(digest: string): string {
  const colon = digest.indexOf(':');
  return digest.slice(colon + 1, colon + 1 + PREFIX);
}
