import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../../detectors/view/limits.ts';
import {
  isUsualHour,
  learnHour,
  NO_HOURS,
  rhythmOf,
} from '../../../detectors/view/rhythm/hour-habit.ts';

/** A Sunday at midnight, UTC. */
const SUNDAY = Date.UTC(2026, 0, 4);
const WEEK = 7 * DAY;

function learned(moments: readonly number[]): string {
  return moments.reduce(learnHour, NO_HOURS);
}

test('an hour of the week is usual when it, or one beside it, was seen', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(167), { maxLength: 20 }), fc.nat(167), (hours, asked) => {
      const moments = [...hours].sort((a, b) => a - b).map((hour) => SUNDAY + hour * HOUR);
      const beside = hours.some((hour) => [0, 1, 167].includes((asked - hour + 168) % 168));
      expect(isUsualHour(learned(moments), SUNDAY + WEEK + asked * HOUR + 1)).toBe(beside);
    }),
  );
});

test('the days, the hours of the day and the days of the week are counted', () => {
  const morning = SUNDAY + DAY + 9 * HOUR;
  const habit = learned([morning, morning + HOUR, morning + DAY, morning + WEEK]);
  expect(rhythmOf(habit, morning)).toEqual({
    days: 3,
    hours: 4,
    usualTime: true,
    weekdays: 2,
    usualDay: true,
  });
  expect(rhythmOf(habit, morning + 2 * DAY + 6 * HOUR)).toMatchObject({
    usualTime: false,
    usualDay: false,
  });
  expect(rhythmOf(NO_HOURS, morning)).toMatchObject({ days: 0, hours: 0, weekdays: 0 });
});

test('hours are forgotten with the period after the one in which they were used', () => {
  const end = SUNDAY + 8 * WEEK;
  const kept = learned([SUNDAY, end + 12 * HOUR]);
  expect(isUsualHour(kept, end)).toBe(true);
  expect(rhythmOf(kept, end).days).toBe(2);
  const gone = learned([SUNDAY, end + 12 * HOUR, end + 8 * WEEK + 12 * HOUR]);
  expect(isUsualHour(gone, end)).toBe(false);
  expect(rhythmOf(learned([SUNDAY, SUNDAY + 16 * WEEK]), SUNDAY).days).toBe(1);
});

test('an hour that is known already changes nothing', () => {
  const habit = learned([SUNDAY, SUNDAY + HOUR]);
  expect(learnHour(habit, SUNDAY + HOUR / 2)).toBe(habit);
  expect(learnHour(habit, SUNDAY + 2 * HOUR)).not.toBe(habit);
});
