import { median } from 'simple-statistics';

/**
 * What a series usually is at an hour of the week, and while too few weeks were seen, at that quarter of an hour of the
 * day (with the quarters beside it, so that an hour's shift of the clocks is not news for long). UTC; bounded memory.
 */
export type Season = {
  /** Slot (0–95 quarters of a day, 100–267 hours of a week) → its newest values, oldest first, between spaces. */
  readonly slots: Map<number, string>;
};

const NONE: readonly number[] = [];
const BETWEEN = ' ';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUARTERS = 96;
const WEEK_SLOTS_FROM = 100;
const QUARTER_VALUES = 16;
const QUARTER_ENOUGH = 6;
/** Weeks that are kept of an hour of the week, and that are enough. */
const WEEKS = 3;
const WEEKS_ENOUGH = 2;

export function createSeason(): Season {
  return { slots: new Map() };
}

/** The median of what was seen at this time of the week or the day; undefined while too little was. */
export function usualAt(season: Season, at: number, interval: number): number | undefined {
  const ofWeek = valuesOf(season, hourOfWeek(at));
  if (ofWeek.length >= WEEKS_ENOUGH * pointsAnHour(interval)) return median([...ofWeek]);
  const quarter = quarterOf(at);
  const before = valuesOf(season, (quarter + QUARTERS - 1) % QUARTERS);
  const here = valuesOf(season, quarter);
  const after = valuesOf(season, (quarter + 1) % QUARTERS);
  // Counted before they are put together: the first weeks of every series have too few.
  if (before.length + here.length + after.length < QUARTER_ENOUGH) return undefined;
  return median([...before, ...here, ...after]);
}

export function addToSeason(season: Season, at: number, interval: number, value: number): void {
  keep(season, hourOfWeek(at), value, WEEKS * pointsAnHour(interval));
  keep(season, quarterOf(at), value, QUARTER_VALUES);
}

function keep(season: Season, slot: number, value: number, limit: number): void {
  const values = [...valuesOf(season, slot), value];
  season.slots.set(slot, values.slice(-limit).join(BETWEEN));
}

function valuesOf(season: Season, slot: number): readonly number[] {
  return season.slots.get(slot)?.split(BETWEEN).map(Number) ?? NONE;
}

function pointsAnHour(interval: number): number {
  return Math.max(1, Math.round(HOUR / interval));
}

function hourOfWeek(at: number): number {
  return WEEK_SLOTS_FROM + (Math.floor(at / HOUR) % 168);
}

function quarterOf(at: number): number {
  return Math.floor((at % DAY) / (DAY / QUARTERS));
}
