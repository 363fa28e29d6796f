import { dayOffOf } from './context/day-off.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { offHoursExamples } from './examples/off-hours-examples.ts';
import { describeHour } from './off-hours/describe-hour.ts';
import { localTime } from './text/local-time.ts';
import { type HourHabit, isUsualHour, rhythmOf } from './view/rhythm/hour-habit.ts';
import { hoursKeyOf } from './view/rhythm/hours-key.ts';

/** Days with anything before a rhythm is one, and hours of the day beyond which there is none. */
const MIN_DAYS = 10;
const MAX_HOURS = 15;

const metadata: DetectorMetadata = {
  id: 'D12',
  rule: 'off-hours',
  version: 1,
  title: 'Something happens outside the usual hours',
  description:
    'A push, a package, a build or a login at an hour of the week in which this repository, package, source or person was never active in the last weeks, or on a day off. Weak alone: it never asks for work, it only goes on record beside what else is found. Robots that work round the clock have no such hours. A change of the clocks by one hour is no news.',
  severity: 'low',
  listensTo: [
    'artifact.pushed',
    'tag.moved',
    'package.published',
    'build.started',
    'build.finished',
    'login.succeeded',
    'token.created',
    'token.used',
  ],
  falsePositives: [
    'An emergency release at night.',
    'A colleague who travels, or a new one in another time zone.',
  ],
  knownGaps: [
    'An attack in working hours, which is most of them.',
    'Fewer than ten active days in the last weeks are no rhythm.',
  ],
  remediation: 'Look at it together with what else was found at the time; alone it needs nothing.',
  references: {
    attack: ['T1078'],
    slsa: ['G: Package upload'],
    controls: ['AU-6', 'AC-2(12)'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at, actor, entry, policy } = context;
  const { event } = entry;
  const isPush = event.type === 'artifact.pushed' || event.type === 'tag.moved';
  const other = isPush ? undefined : hoursKeyOf(event, actor);
  const habit = isPush
    ? view.repositories.get(event.data.repository)?.rhythm?.hours
    : other && view.rhythm.hours.get(other);
  if (!habit || isUsualHour(habit, at)) return [];
  const unusual = unusualOf(habit, at);
  if (unusual === undefined) return [];
  const key = isPush ? `repository ${event.data.repository}` : (other ?? '');
  const dayOff = dayOffOf(policy, at);
  const local = dayOff ?? localTime(at, policy.timezone);
  const holiday = dayOff !== undefined;
  return [describeHour(context, { key, isPush, local, holiday, ...unusual })];
}

/** What is unusual about the time, where there is a rhythm at all. */
function unusualOf(habit: HourHabit, at: number) {
  const rhythm = rhythmOf(habit, at);
  if (rhythm.days < MIN_DAYS || rhythm.hours > MAX_HOURS) return undefined;
  // A day of the week on which nothing happens is only a habit where the others are used.
  const newDay = !rhythm.usualDay && rhythm.weekdays >= 3;
  return rhythm.usualTime && !newDay ? undefined : { rhythm, newDay };
}

export const offHours: Detector = { metadata, judge, examples: offHoursExamples };
