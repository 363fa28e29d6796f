import { DAY, STRETCH } from './limits.ts';
import type { RepositoryView, TagHabit, TagView } from './project-view.ts';
import { tagClass } from './tag-class.ts';

/** Whatever has tags with habits: a repository of images, or of sources. */
export type Habits = Pick<RepositoryView, 'habits' | 'since'>;
type Moves = Pick<TagView, 'moveDays' | 'last'>;

/** Of a class of which no tag was seen. */
export const NO_HABIT: Readonly<TagHabit> = Object.freeze(createHabit());

export type TagExpectation = {
  /** Whether a move is news: this kind of tag stays here, moves here, or too little was seen. */
  readonly kind: 'stays' | 'moves' | 'unknown';
  /** Enough was seen to wake somebody. */
  readonly strong: boolean;
  readonly peers: number;
  readonly days: number;
  readonly moveDays: number;
};

/**
 * What a repository's own history says about a tag. Moves of the last 24 hours do not count as habit: a burst of moves
 * must not explain itself, and an attack and its cure of one day are no habit either.
 */
export function expectationOf(
  repository: Habits,
  tag: string,
  known: Moves | undefined,
  time: number,
): TagExpectation {
  const at = momentIn(repository, time);
  const habit = repository.habits[tagClass(tag)] ?? NO_HABIT;
  const today = habit.moveDays > 0 && at - habit.lastMoveDay < DAY ? 1 : 0;
  const moveDays = habit.moveDays - today;
  const days = habit.days - today;
  const age = at - repository.since;
  const facts = { peers: habit.tags, days, moveDays };
  if (known !== undefined && ownMoveDays(known, at) >= 2) {
    return { kind: 'moves', strong: true, ...facts };
  }
  // Long quiet is an observation too.
  if (moveDays === 0 && habit.tags >= 8 && age >= 30 * DAY) {
    return { kind: 'stays', strong: true, ...facts };
  }
  // One day of moves in ten is an accident that was put right, more is a habit.
  if (moveDays <= days / 10) {
    if (habit.tags >= 8 && days >= 6 && age >= 14 * DAY)
      return { kind: 'stays', strong: true, ...facts };
    if (habit.tags >= 4 && (days >= 3 ? age >= 3 * DAY : age >= 30 * DAY))
      return { kind: 'stays', strong: false, ...facts };
  }
  return { kind: moveDays >= 2 ? 'moves' : 'unknown', strong: moveDays >= 5, ...facts };
}

/**
 * The time, but never one before the last day on which the repository's tags changed: a producer that dates an event
 * back must not make an old repository look too young to have habits.
 */
export function momentIn(repository: Habits, time: number): number {
  const { full, partial, name } = repository.habits;
  return Math.max(time, full?.lastDay ?? 0, partial?.lastDay ?? 0, name?.lastDay ?? 0);
}

export function createHabit(): TagHabit {
  return { tags: 0, moves: 0, days: 0, moveDays: 0, lastDay: 0, lastMoveDay: 0 };
}

/** Counts a creation or a move of a tag of the class. */
export function learnTagChange(habit: TagHabit, isMove: boolean, at: number): void {
  if (habit.days === 0 || at - habit.lastDay >= STRETCH) {
    habit.days += 1;
    habit.lastDay = at;
  }
  if (!isMove) {
    habit.tags += 1;
    return;
  }
  habit.moves += 1;
  if (habit.moveDays === 0 || at - habit.lastMoveDay >= STRETCH) {
    habit.moveDays += 1;
    habit.lastMoveDay = at;
  }
}

function ownMoveDays(tag: Moves, at: number): number {
  return tag.moveDays > 0 && at - tag.last < DAY ? tag.moveDays - 1 : tag.moveDays;
}
