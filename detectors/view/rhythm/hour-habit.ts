import { DAY, HOUR } from '../limits.ts';
import type { HourHabit } from './rhythm-view.ts';

const PERIOD = 56 * DAY;
/** Sunday is day 0 of a week; the epoch was a Thursday. */
const EPOCH_DAY = 4;

/** Adds an hour of the week to the habit. */
export function learnHour(habit: HourHabit, at: number): void {
  if (at - habit.since >= PERIOD) {
    const stale = at - habit.since >= 2 * PERIOD;
    habit.before = stale ? [] : habit.now;
    habit.daysBefore = stale ? 0 : habit.days;
    habit.now = [0, 0, 0, 0, 0, 0, 0];
    habit.days = 0;
    habit.since = at;
  }
  const { day, hour } = hourOfWeek(at);
  habit.now[day] = (habit.now[day] ?? 0) | (1 << hour);
  if (at - habit.lastDay >= DAY / 2) {
    habit.days += 1;
    habit.lastDay = at;
  }
}

/** Whether this hour of the week, or one beside it (clocks change by one), has been used. */
export function isUsualHour(habit: HourHabit, at: number): boolean {
  return isUsed(habit, at) || isUsed(habit, at - HOUR) || isUsed(habit, at + HOUR);
}

function isUsed(habit: HourHabit, at: number): boolean {
  const { day, hour } = hourOfWeek(at);
  return ((hoursOn(habit, day) >>> hour) & 1) === 1;
}

export type Rhythm = {
  readonly days: number;
  /** Hours of the day that were used on any day, with the hour on either side. */
  readonly hours: number;
  /** This hour of the day is one of them. */
  readonly usualTime: boolean;
  /** Days of the week that were used. */
  readonly weekdays: number;
  readonly usualDay: boolean;
};

/** The habit without regard to which day has which hours: what a repository with few changes can show. */
export function rhythmOf(habit: HourHabit, at: number): Rhythm {
  let hours = 0;
  let weekdays = 0;
  for (let day = 0; day < 7; day += 1) {
    const used = hoursOn(habit, day);
    hours |= used;
    if (used !== 0) weekdays += 1;
  }
  const { day, hour } = hourOfWeek(at);
  const around = hours | (hours << 1) | (hours >>> 1) | (hours >>> 23) | ((hours & 1) << 23);
  return {
    days: habit.days + habit.daysBefore,
    hours: countBits(around & 0xffffff),
    usualTime: ((around >>> hour) & 1) === 1,
    weekdays,
    usualDay: hoursOn(habit, day) !== 0,
  };
}

function hoursOn(habit: HourHabit, day: number): number {
  return (habit.now[day] ?? 0) | (habit.before[day] ?? 0);
}

function hourOfWeek(at: number): { readonly day: number; readonly hour: number } {
  const days = Math.floor(at / DAY);
  return { day: (((days + EPOCH_DAY) % 7) + 7) % 7, hour: Math.floor((at - days * DAY) / HOUR) };
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
