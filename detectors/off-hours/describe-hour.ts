import { searchEntries } from '../context/ledger-commands.ts';
import type { FindingDraft, JudgeContext } from '../detector.ts';
import type { LocalTime } from '../text/local-time.ts';
import { DAY } from '../view/limits.ts';
import type { Rhythm } from '../view/rhythm/hour-habit.ts';

type ToldHour = {
  readonly key: string;
  readonly isPush: boolean;
  readonly local: LocalTime;
  readonly holiday: boolean;
  readonly rhythm: Rhythm;
  readonly newDay: boolean;
};

/** Words and commands for an unusual hour, in the time of the people who read it. */
export function describeHour(context: JudgeContext, told: ToldHour): FindingDraft {
  const { key, isPush, local, holiday, rhythm, newDay } = told;
  const { actor, entry, at, policy } = context;
  const space = key.indexOf(' ');
  const name = key.slice(space + 1);
  const when = `${local.weekday} ${local.date}, ${local.time} (${policy.timezone})`;
  const what = newDay
    ? `nothing happened on this day of the week in ${rhythm.days} active days`
    : `nothing happened within an hour of this time in ${rhythm.days} active days`;
  const { event } = entry;
  return {
    title: `${name} is active outside its hours: ${local.weekday} ${local.time}`,
    message: `${actor || 'Somebody'} (${event.type}) on ${when}; ${what}.`,
    subject: {
      kind: subjectKind(key),
      key: `hours:${key}`,
      ...(isPush && 'repository' in event.data
        ? { repository: String(event.data.repository) }
        : {}),
      ...(actor === '' ? {} : { principal: actor }),
    },
    observed: { localTime: local.time, localDate: local.date, weekday: local.weekday, holiday },
    expected: { activeDays: rhythm.days, hoursOfTheDay: rhythm.hours, weekdays: rhythm.weekdays },
    role: 'what happened then',
    evidence: [],
    // One night is one story, however much happens in it.
    identity: [key, String(Math.floor(at / (DAY / 4)))],
    base: 0.25,
    context: holiday
      ? [{ kind: 'holiday', reason: `${local.date} is a day off by the policy`, effect: 0.1 }]
      : [],
    atMost: 'log',
    remediation: {
      owner: 'security team',
      steps: [
        searchEntries('See what else happened around that time.', {
          ...(isPush && 'repository' in event.data
            ? { repository: String(event.data.repository) }
            : {}),
          ...(actor === '' ? {} : { actor }),
          from: new Date(at - DAY / 4).toISOString(),
        }),
      ],
    },
  };
}

function subjectKind(key: string): FindingDraft['subject']['kind'] {
  if (key.startsWith('package ')) return 'package';
  if (key.startsWith('source ')) return 'source-ref';
  return key.startsWith('principal ') ? 'principal' : 'repository';
}
