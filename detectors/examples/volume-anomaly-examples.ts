import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const SECOND_HOURS = 1 / 3600;
const MINUTE_HOURS = 1 / 60;

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const volumeAnomalyExamples = (): Examples => ({
  fires: [
    {
      name: 'an account that pulls thirty times an hour pulls nearly twice as often',
      ...pulls(pullingWeeks(), 56).example(),
      disposition: 'log',
    },
    {
      name: 'the same on a day off',
      ...pulls(pullingWeeks(), 56).example(),
      policy: { holidays: ['2026-01-20'] },
      disposition: 'log',
    },
    {
      name: 'nearly twice as many tags go as in any night before',
      ...removals(nightlyRemovals(), 45).example(),
      disposition: 'ticket',
    },
    {
      name: 'nearly twice as many failed logins as in any hour before',
      ...failures(failingDays(), 45).example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    { name: 'as many pulls as every day', ...pulls(pullingWeeks(), 30).example() },
    {
      name: 'as many pulls on a day off as every day',
      ...pulls(pullingWeeks(), 30).example(),
      policy: { holidays: ['2026-01-20'] },
    },
    { name: 'a young project has no usual yet', ...pulls(story(), 500).example() },
    {
      name: 'a few more failed logins than usual',
      ...failures(failingDays(), 32).example(),
    },
  ],
});

function pullingWeeks(): Story {
  return days((told) => pulls(told, 30), 30);
}

function nightlyRemovals(): Story {
  return days((told) => removals(told, 25), 25);
}

function failingDays(): Story {
  return days((told) => failures(told, 25), 25);
}

/** The same hour of fifteen days. */
function days(hour: (told: Story) => Story, events: number): Story {
  return story().times(15, (told) => hour(told).hours(24 - events * SECOND_HOURS));
}

/** Events a second apart: a story takes a minute between two, so most of it is taken back. */
function quickly(told: Story, count: number, one: (told: Story, turn: number) => Story): Story {
  return told.times(count, (inner, turn) => one(inner.hours(SECOND_HOURS - MINUTE_HOURS), turn));
}

function pulls(told: Story, count: number): Story {
  return quickly(told, count, (inner) =>
    inner.event('artifact.pulled', {
      repository: REPOSITORY,
      digest: image('release'),
      actor: { name: 'reader' },
    }),
  );
}

function removals(told: Story, count: number): Story {
  return quickly(told, count, (inner, turn) => inner.deleteTag(`nightly-${turn}`, 'cleaner'));
}

function failures(told: Story, count: number): Story {
  return quickly(told, count, (inner) =>
    inner.event('login.failed', { actor: { name: 'maya' }, system: 'registry.example' }),
  );
}
