import { DAY, MINUTE, STRETCH } from '../../view/limits.ts';
import type { LaneFact } from './lane-fact.ts';
import type { Retag } from './lane-moves.ts';
import { type LaneMove, type LanePrincipal, MAX_MOVES, type RetaggingView } from './lane-view.ts';

/** A tag that has not stood for so long is still being made. */
const STOOD = 2 * DAY;
/** Moves that far apart belong to one burst. */
const BURST = 15 * MINUTE;
/** Repositories of how many projects make a burst. */
const MIN_PROJECTS = 2;
const MIN_REPOSITORIES = 2;
const MIN_MOVES = 6;

/** A move counts when the tag stayed so far, nothing explains the digest, and it is no way back. */
export function countsAsRetag(
  { from, to, unexplained, back, moves, since }: Retag,
  at: number,
): boolean {
  const stayed = moves === 0 && (since === undefined || at - since >= STOOD);
  return from !== undefined && from !== to && stayed && unexplained && !back;
}

/** What a burst consists of, if it is one. */
export function burstOf(moves: readonly LaneMove[]): readonly LaneMove[] | undefined {
  if (moves.length < MIN_MOVES) return undefined;
  const projects = new Set(moves.map(({ project }) => project));
  const repositories = new Set(moves.map(({ repository }) => repository));
  return projects.size >= MIN_PROJECTS && repositories.size >= MIN_REPOSITORIES ? moves : undefined;
}

/** The principal's moves of the last minutes, with those of this entry. */
export function movesWith(
  known: RetaggingView | undefined,
  { at, project, ref }: LaneFact,
  moves: readonly Retag[],
): LaneMove[] {
  const recent = (known?.moves ?? []).filter((move) => at - move.at <= BURST);
  const now = moves.map(({ repository, tag, to }) => ({ at, project, repository, tag, to, ref }));
  return [...recent, ...now].slice(-MAX_MOVES);
}

export function learnRetagging(
  principal: LanePrincipal,
  fact: LaneFact,
  moves: readonly Retag[],
): void {
  if (moves.length === 0) return;
  const { at } = fact;
  const known = principal.retagging;
  const next: RetaggingView = known ?? { moves: [], days: 0, lastDay: 0, start: at };
  next.start = startOf(known, at);
  next.moves = movesWith(known, fact, moves);
  if (burstOf(next.moves) !== undefined && at - next.lastDay >= STRETCH) {
    next.days += 1;
    next.lastDay = at;
  }
  principal.retagging = next;
}

/** When the burst began that a move at this moment belongs to. */
export function startOf(known: RetaggingView | undefined, at: number): number {
  const last = known?.moves.at(-1)?.at;
  return known === undefined || last === undefined || at - last > BURST ? at : known.start;
}
