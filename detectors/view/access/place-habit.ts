import { withNewest } from '../../windows/kept-list.ts';
import { DAY, STRETCH } from '../limits.ts';

/** Places kept of one principal or credential; the one unseen for longest is forgotten. */
const MAX_PLACES = 8;

/** An arrival adds one, a day with activity takes a fiftieth away: one new place a month keeps it near two. */
const FADING = 0.98;
const NARROW = 2.6;
const STRICT = 1.4;

const ENOUGH = { count: 5, days: 3, age: 10 * DAY };
const SURE = { count: 10, days: 6, age: 14 * DAY };
const SETTLED = { days: 3, age: 7 * DAY };

/** From where (networks) or with what (client families) somebody works: the places of late, and how often they change. */
export type PlaceHabit = {
  readonly since: number;
  count: number;
  /** Stretches of 24 hours in which a place was known, and when the last began. */
  days: number;
  lastDay: number;
  /** When a place was known last. */
  lastSeen: number;
  /** How much the places change: fades with the days, grows with each arrival. */
  roaming: number;
  places: Place[];
};

type Place = {
  readonly name: string;
  readonly first: number;
  last: number;
  days: number;
  lastDay: number;
  /** The weightiest thing done from here. */
  level: number;
  /** How strange it was at arrival. */
  readonly strange: Strangeness;
};

/** 0: nothing to compare with, or one more of many; 1: unlike a short or loose habit; 2: unlike a long and narrow one. */
export type Strangeness = 0 | 1 | 2;

/** How strange the place is for this habit, and the weightiest thing done from a strange one so far (-1: nothing). */
export type PlaceNews = { readonly strange: Strangeness; readonly level: number };

const NO_NEWS: PlaceNews = { strange: 0, level: -1 };

/** What the habit says about the place; a place that was strange stays so until it has been used for some days. */
export function placeNews(habit: PlaceHabit | undefined, name: string, at: number): PlaceNews {
  if (habit === undefined || name === '') return NO_NEWS;
  const known = findPlace(habit, name);
  if (known === undefined) return { strange: strangenessOf(habit, at), level: -1 };
  if (known.strange === 0 || isSettled(known, at)) return NO_NEWS;
  return { strange: known.strange, level: known.level };
}

/** Folds one sighting; a place of no name is none. Says the habit's strangeness of an arrival, else undefined. */
export function notePlace(
  habit: PlaceHabit,
  name: string,
  at: number,
  level: number,
): Strangeness | undefined {
  if (name === '') return undefined;
  let place = findPlace(habit, name);
  let arrival: Strangeness | undefined;
  if (place === undefined) {
    arrival = habit.count === 0 ? 0 : strangenessOf(habit, at);
    habit.roaming += 1;
    place = { name, first: at, last: at, days: 0, lastDay: 0, level, strange: arrival };
    if (habit.places.length >= MAX_PLACES) forgetPlace(habit);
    habit.places = withNewest(habit.places, place, MAX_PLACES);
  }
  habit.count += 1;
  if (at > habit.lastSeen) habit.lastSeen = at;
  if (habit.days === 0 || at - habit.lastDay >= STRETCH) {
    habit.days += 1;
    habit.lastDay = at;
    habit.roaming *= FADING;
  }
  if (place.days === 0 || at - place.lastDay >= STRETCH) {
    place.days += 1;
    place.lastDay = at;
  }
  if (at > place.last) place.last = at;
  if (level > place.level) place.level = level;
  return arrival;
}

/** Folds that something weightier was done from a place that is known. */
export function raiseLevel(habit: PlaceHabit, name: string, level: number): void {
  const place = findPlace(habit, name);
  if (place !== undefined && level > place.level) place.level = level;
}

export function createPlaceHabit(since: number): PlaceHabit {
  return { since, count: 0, days: 0, lastDay: 0, lastSeen: since, roaming: 0, places: [] };
}

/** Places that are the principal's own: not strange at arrival, or used for days since. */
export function settledPlaces(habit: PlaceHabit | undefined, at: number): readonly string[] {
  return (habit?.places ?? [])
    .filter((place) => place.strange === 0 || isSettled(place, at))
    .map((place) => place.name);
}

function strangenessOf({ since, count, days, roaming }: PlaceHabit, at: number): Strangeness {
  const age = at - since;
  if (count < ENOUGH.count || days < ENOUGH.days || age < ENOUGH.age || roaming > NARROW) return 0;
  const sure = count >= SURE.count && days >= SURE.days && age >= SURE.age;
  return sure && roaming <= STRICT ? 2 : 1;
}

function isSettled({ days, first }: Place, at: number): boolean {
  return days >= SETTLED.days && at - first >= SETTLED.age;
}

function findPlace({ places }: PlaceHabit, name: string): Place | undefined {
  for (let index = places.length - 1; index >= 0; index -= 1) {
    if (places[index]?.name === name) return places[index];
  }
  return undefined;
}

function forgetPlace({ places }: PlaceHabit): void {
  let oldest = 0;
  for (const [index, place] of places.entries()) {
    if (place.last < (places[oldest]?.last ?? 0)) oldest = index;
  }
  places.splice(oldest, 1);
}
