import type { Examples } from '../detector.ts';
import { plainReleases, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const sourceSilentExamples = (): Examples => ({
  fires: [
    {
      name: 'the service misses a heartbeat',
      ...plainReleases()
        .event('source.silent', {
          sourceName: 'registry',
          lastSeenAt: '2026-01-24T00:00:00Z',
          expectedEverySeconds: 3600,
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'builds go on for days and the registry says nothing',
      ...buildsAndPushes(30)
        .times(15, (told, turn) => told.hours(12).build(`b-${turn}`).build(`c-${turn}`))
        .hours(12)
        .build('next')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'builds go on for a day and the registry says nothing, then nobody does',
      ...buildsAndPushes(30)
        .times(30, (told, turn) => told.hours(0.5).build(`b-${turn}`))
        .waits(40)
        .example(),
      disposition: 'ticket',
      says: 'the time that passed without it',
    },
    {
      name: 'a heartbeat that nobody ever heard',
      ...plainReleases().event('source.silent', { sourceName: 'registry' }).example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a weekend without pushes',
      ...buildsAndPushes(30).days(2).build('b').example(),
    },
    {
      name: 'the silence was told already',
      ...buildsAndPushes(30)
        .times(24, (told, turn) => told.hours(12).build(`b-${turn}`).build(`c-${turn}`))
        .example(),
    },
    {
      name: 'the whole project rests',
      ...buildsAndPushes(30).days(20).build('after').example(),
    },
    {
      name: 'the whole project rests, and time passes',
      ...buildsAndPushes(30)
        .waits(20 * 24)
        .example(),
    },
    {
      name: 'a producer that never had a rhythm',
      ...story()
        .push('1.0.0', 'one')
        .times(60, (told, turn) => told.hours(12).build(`b-${turn}`))
        .example(),
    },
  ],
});

function buildsAndPushes(days: number): Story {
  return story().times(days, (told, day) =>
    told
      .hours(12)
      .build(`day-${day}`)
      .push(`1.${day}.0`, `day-${day}`)
      .hours(12)
      .build(`night-${day}`)
      .push(`1.${day}.1`, `night-${day}`),
  );
}
