import type { Chronicle } from './chronicle.ts';
import type { Person, Product } from './product.ts';
import type { Random } from './random.ts';
import { DAY, HOUR, localHour, MINUTE, weekday } from './times.ts';

/** A project at work: who, what, where on the globe, and for how long. */
export type Place = {
  readonly chronicle: Chronicle;
  readonly random: Random;
  readonly project: string;
  readonly people: readonly Person[];
  readonly products: readonly Product[];
  /** IANA zone in which its people sleep. */
  readonly zone: string;
  /** UTC midnights between which it is told. */
  readonly from: number;
  readonly until: number;
  /** Does something at its time, after everything that comes before: habits see the state of their moment. */
  readonly plan: (at: number, action: () => void) => void;
};

/** The UTC midnights of the place's days; with `workdays`, without Saturdays and Sundays. */
export function daysOf({ from, until }: Place, workdays = false): readonly number[] {
  const days: number[] = [];
  for (let day = from; day < until; day += DAY) {
    const free = weekday(day) === 0 || weekday(day) === 6;
    if (!workdays || !free) days.push(day);
  }
  return days;
}

/** Some moment of the day's working hours there. */
export function workTime({ random, zone }: Place, day: number): number {
  return (
    localHour(day, 9, zone) + random.between(0, 8 * 60) * MINUTE + random.between(0, 59) * 1000
  );
}

/** The given hour of the clock there, with a scheduler's jitter. */
export function clockTime({ random, zone }: Place, day: number, hour: number): number {
  return localHour(day, hour, zone) + random.between(0, 4 * 60) * 1000;
}

/** Days that come about every so many days. */
export function everyDays(place: Place, gap: number, workdays = true): readonly number[] {
  const chosen: number[] = [];
  let next = place.from + place.random.between(0, gap) * DAY;
  for (const day of daysOf(place, workdays)) {
    if (day < next) continue;
    chosen.push(day);
    next = day + Math.max(1, gap + place.random.between(-1, 1)) * DAY - HOUR;
  }
  return chosen;
}
