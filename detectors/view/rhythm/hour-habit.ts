import { DAY, HOUR } from '../limits.ts';
import { rememberLast } from '../remember-last.ts';

/**
 * Hours of the week (UTC) in which something happened: 24 bits a day, Sunday first, of this period of eight weeks and
 * of the one before. A habit that ends is forgotten with its period. One text a habit, a third of the memory of its
 * numbers: when the period began, the last day, days of this period and of the one before, in base 36, and then the
 * hours of both, six to a character. Empty while nothing happened.
 */
export type HourHabit = string;

export const NO_HOURS: HourHabit = '';

const PERIOD = 56 * DAY;
/** Sunday is day 0 of a week; the epoch was a Thursday. */
const EPOCH_DAY = 4;
/** Hours of a character, characters of a day and of a week, and the character of no hours. */
const PACKED = 6;
const PACKED_DAY = 24 / PACKED;
const PACKED_WEEK = 7 * PACKED_DAY;
const ZERO = 48;
const EMPTY_WEEK = String.fromCharCode(ZERO).repeat(PACKED_WEEK);

/** The habit with this hour of the week. */
export function learnHour(habit: HourHabit, at: number): HourHabit {
  let { since, lastDay, days, daysBefore, now, before } = unpack(habit);
  const isOver = at - since >= PERIOD;
  if (isOver) {
    const stale = at - since >= 2 * PERIOD;
    before = stale ? '' : now;
    daysBefore = stale ? 0 : days;
    now = EMPTY_WEEK;
    days = 0;
    since = at;
  }
  const { day, hour } = hourOfWeek(at);
  const isNewDay = at - lastDay >= DAY / 2;
  if (isNewDay) {
    days += 1;
    lastDay = at;
  }
  const isKnown = ((hoursOf(now, day) >>> hour) & 1) === 1;
  if (isKnown && !isNewDay && !isOver) return habit;
  return [
    since.toString(36),
    lastDay.toString(36),
    days.toString(36),
    daysBefore.toString(36),
    withHour(now, day, hour) + before,
  ].join();
}

/** Whether this hour of the week, or one beside it (clocks change by one), has been used. */
export function isUsualHour(habit: HourHabit, at: number): boolean {
  const week = unpack(habit);
  return isUsed(week, at) || isUsed(week, at - HOUR) || isUsed(week, at + HOUR);
}

function isUsed(week: Weeks, at: number): boolean {
  const { day, hour } = hourOfWeek(at);
  return ((hoursOn(week, day) >>> hour) & 1) === 1;
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
  const week = unpack(habit);
  let hours = 0;
  let weekdays = 0;
  for (let day = 0; day < 7; day += 1) {
    const used = hoursOn(week, day);
    hours |= used;
    if (used !== 0) weekdays += 1;
  }
  const { day, hour } = hourOfWeek(at);
  const around = hours | (hours << 1) | (hours >>> 1) | (hours >>> 23) | ((hours & 1) << 23);
  return {
    days: week.days + week.daysBefore,
    hours: countBits(around & 0xffffff),
    usualTime: ((around >>> hour) & 1) === 1,
    weekdays,
    usualDay: hoursOn(week, day) !== 0,
  };
}

type Weeks = {
  readonly since: number;
  readonly lastDay: number;
  /** Days with anything. */
  readonly days: number;
  readonly daysBefore: number;
  /** The hours of each period, packed; empty is none. */
  readonly now: string;
  readonly before: string;
};

const NO_WEEKS: Weeks = {
  since: 0,
  lastDay: 0,
  days: 0,
  daysBefore: 0,
  now: EMPTY_WEEK,
  before: '',
};

/** A rule asks twice of a habit before it is learned. */
const unpack = rememberLast(readWeeks);

function readWeeks(habit: HourHabit): Weeks {
  if (habit === NO_HOURS) return NO_WEEKS;
  const second = habit.indexOf(',') + 1;
  const third = habit.indexOf(',', second) + 1;
  const fourth = habit.indexOf(',', third) + 1;
  const weeks = habit.indexOf(',', fourth) + 1;
  return {
    since: Number.parseInt(habit, 36),
    lastDay: Number.parseInt(habit.slice(second, third), 36),
    days: Number.parseInt(habit.slice(third, fourth), 36),
    daysBefore: Number.parseInt(habit.slice(fourth, weeks), 36),
    now: habit.slice(weeks, weeks + PACKED_WEEK),
    before: habit.slice(weeks + PACKED_WEEK),
  };
}

function hoursOn({ now, before }: Weeks, day: number): number {
  return before === '' ? hoursOf(now, day) : hoursOf(now, day) | hoursOf(before, day);
}

function hoursOf(week: string, day: number): number {
  let hours = 0;
  for (let at = PACKED_DAY - 1; at >= 0; at -= 1) {
    hours = (hours << PACKED) | (week.charCodeAt(day * PACKED_DAY + at) - ZERO);
  }
  return hours;
}

function withHour(week: string, day: number, hour: number): string {
  const at = day * PACKED_DAY + Math.floor(hour / PACKED);
  const packed = (week.charCodeAt(at) - ZERO) | (1 << (hour % PACKED));
  return `${week.slice(0, at)}${String.fromCharCode(ZERO + packed)}${week.slice(at + 1)}`;
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
