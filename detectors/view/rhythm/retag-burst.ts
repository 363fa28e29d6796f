import { withNewest } from '../../windows/kept-list.ts';
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
  const { places } = burst;
  return {
    start: burst.start,
    last: Math.max(burst.last, at),
    ref: burst.ref,
    moves: burst.moves + 1,
    strange: burst.strange + (move.strange ? 1 : 0),
    targets: withTarget(burst.targets, shortDigest(move.to), shortDigest(move.from)),
    tags: burst.tags.length < MAX_NAMED ? burst.tags.concat(move.tag) : burst.tags,
    places:
      !move.strange || places.length >= MAX_NAMED || places.includes(move.place)
        ? places
        : places.concat(move.place),
  };
}

/** The targets with this one as the newest. */
function withTarget(targets: RetagBurst['targets'], to: string, from: string) {
  // Most bursts are one move: no search, no copy.
  if (targets.length === 0) return [{ to, froms: [from] }];
  const known = targets.find((target) => target.to === to);
  const froms = known?.froms ?? [];
  const isCounted = froms.includes(from) || froms.length >= MAX_FROMS;
  if (isCounted && known === targets.at(-1)) return targets;
  const target = { to, froms: isCounted ? froms : froms.concat(from) };
  const others = targets.filter((other) => other !== known);
  return withNewest(others, target, MAX_TARGETS);
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
