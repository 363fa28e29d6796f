import type { Examples } from '../detector.ts';
import { builtReleases, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const offHoursExamples = (): Examples => ({
  fires: [
    {
      name: 'a push twelve hours from any other',
      ...builtReleases().hours(14).push('2.0.0', 'night').example(),
      disposition: 'log',
    },
    {
      name: 'a login at night by somebody who works by day',
      ...loginsByDay()
        .hours(12)
        .event('login.succeeded', { actor: { name: 'maya' } })
        .example(),
      disposition: 'log',
      says: '"kind":"principal"',
    },
    {
      name: 'a package at night, on a day off',
      ...packagesByDay()
        .hours(14)
        .event('package.published', { purl: 'pkg:npm/tool@2.0.0', publisher: { name: 'maya' } })
        .example(),
      policy: { timezone: 'Europe/Berlin', holidays: ['2026-01-27'] },
      disposition: 'log',
      says: '"kind":"package"',
    },
    {
      name: 'a build at night of a source that is built by day',
      ...builtReleases().hours(14).build('night').example(),
      disposition: 'log',
      says: '"kind":"source-ref"',
    },
    {
      name: 'work on a day of the week that never sees any',
      ...weekdays().days(5).push('2.0.0', 'sunday').example(),
      disposition: 'log',
    },
  ],
  silent: [
    { name: 'a push at the usual time', ...builtReleases().days(1).push('2.0.0', 'x').example() },
    {
      name: 'the clocks change by one hour',
      ...builtReleases().hours(23).push('2.0.0', 'x').example(),
    },
    {
      name: 'a robot works round the clock',
      ...story()
        .times(60, (told, turn) => told.hours(7).push(`1.${turn}.0`, `robot-${turn}`))
        .hours(3)
        .push('2.0.0', 'x')
        .example(),
    },
    {
      name: 'too few days for a rhythm',
      ...story()
        .times(5, (told, turn) => told.days(1).push(`1.${turn}.0`, `few-${turn}`))
        .hours(12)
        .push('2.0.0', 'x')
        .example(),
    },
  ],
});

function loginsByDay(): Story {
  return story().times(20, (told) =>
    told.days(1).event('login.succeeded', { actor: { name: 'maya' } }),
  );
}

function packagesByDay(): Story {
  return story().times(20, (told, turn) =>
    told.days(1).event('package.published', {
      purl: `pkg:npm/tool@1.${turn}.0`,
      publisher: { name: 'maya' },
    }),
  );
}

/** Mondays to Thursdays for a month; ends on a Thursday. */
function weekdays(): Story {
  return story()
    .times(4, (told, week) =>
      told
        .times(4, (inner, day) => inner.push(`1.${week}.${day}`, `w${week}-${day}`).days(1))
        .days(3),
    )
    .days(-7);
}
