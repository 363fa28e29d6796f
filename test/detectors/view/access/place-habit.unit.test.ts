import { expect, test } from 'vitest';
import {
  createPlaceHabit,
  notePlace,
  type PlaceHabit,
  placeNews,
  settledPlaces,
} from '../../../../detectors/view/access/place-habit.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5);

/** Somebody who works from the place that the function says, once a day. */
function habitOf(days: number, placeOn: (day: number) => string): PlaceHabit {
  const habit = createPlaceHabit(START);
  for (let day = 0; day < days; day += 1) notePlace(habit, placeOn(day), START + day * DAY, 3);
  return habit;
}

const strangeness = (habit: PlaceHabit, days: number, name = 'abroad') =>
  placeNews(habit, name, START + days * DAY).strange;

test('a long and narrow habit makes a new place strange, a short one less, none not at all', () => {
  expect(
    strangeness(
      habitOf(30, () => 'office'),
      31,
    ),
  ).toBe(2);
  expect(
    strangeness(
      habitOf(12, () => 'office'),
      12,
    ),
  ).toBe(1);
  expect(
    strangeness(
      habitOf(5, () => 'office'),
      5,
    ),
  ).toBe(0);
  expect(
    strangeness(
      habitOf(2, () => 'office'),
      40,
    ),
  ).toBe(0);
  expect(placeNews(undefined, 'abroad', START).strange).toBe(0);
});

test('two places are a habit, a new one every other day is none', () => {
  expect(
    strangeness(
      habitOf(40, (day) => (day % 3 === 0 ? 'home' : 'office')),
      41,
    ),
  ).toBe(2);
  expect(
    strangeness(
      habitOf(40, (day) => `place-${Math.floor(day / 2)}`),
      41,
    ),
  ).toBe(0);
});

test('no name is no place', () => {
  const habit = habitOf(30, () => 'office');
  expect(notePlace(habit, '', START + 31 * DAY, 3)).toBeUndefined();
  expect(strangeness(habit, 31, '')).toBe(0);
});

test('a strange place stays strange on its first day, and remembers the weightiest act', () => {
  const habit = habitOf(30, () => 'office');
  expect(notePlace(habit, 'abroad', START + 31 * DAY, 1)).toBe(2);
  expect(placeNews(habit, 'abroad', START + 31 * DAY)).toEqual({ strange: 2, level: 1 });
  notePlace(habit, 'abroad', START + 31 * DAY, 3);
  notePlace(habit, 'abroad', START + 31 * DAY, 0);
  expect(placeNews(habit, 'abroad', START + 31 * DAY).level).toBe(3);
});

test('after a week of work a place is one of the usual ones', () => {
  const habit = habitOf(30, () => 'office');
  for (let day = 31; day < 40; day += 1) notePlace(habit, 'new office', START + day * DAY, 3);
  expect(strangeness(habit, 40, 'new office')).toBe(0);
  expect(settledPlaces(habit, START + 40 * DAY)).toEqual(['office', 'new office']);
});

test('however many places somebody meets, eight are kept', () => {
  const habit = habitOf(500, (day) => `place-${day}`);
  expect(habit.places).toHaveLength(8);
  expect(habit.places.map(({ name }) => name)).toContain('place-499');
});
