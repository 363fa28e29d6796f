import { dayOffOf } from './context/day-off.ts';
import { searchEntries } from './context/ledger-commands.ts';
import type { DetectionPolicy } from './detection-policy.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { volumeAnomalyExamples } from './examples/volume-anomaly-examples.ts';
import type { LocalTime } from './text/local-time.ts';
import { DAY, HOUR } from './view/limits.ts';
import { LEAST_EVENTS, volumeLearner } from './view/volume/learn-volume.ts';
import { type VolumeAmount, volumeAmountsOf } from './view/volume/volume-amounts.ts';
import type { HourSeries, VolumeKind } from './view/volume/volume-view.ts';
import { HIGH, peekScore } from './windows/anomaly-score.ts';

const metadata: DetectorMetadata = {
  id: 'V01',
  rule: 'volume-anomaly',
  version: 1,
  title: 'Far more happens in an hour than ever at this time of the week',
  description:
    'Pushes, pulls, removals, transferred bytes or failures of a project, a repository or a principal leave the range that they have had, judged hour by hour against the same hours of the week, and on a day off by the policy against those of a Sunday. Robust against single peaks; silent until a series has eighty hours of history, and for hours with fewer than twenty events.',
  severity: 'medium',
  listensTo: volumeLearner.listensTo,
  falsePositives: [
    'The first course day or job array that is far bigger than all before it.',
    'A migration or a mass rebuild that nobody announced.',
  ],
  knownGaps: [
    'A slow rise over months is never outside its own range.',
    'Silence is not judged here (source-silent looks there).',
  ],
  remediation:
    'See who and what makes up the hour; if it is not known work, slow the principal down or revoke its credential while you look.',
  references: {
    attack: ['T1213', 'T1485', 'T1110'],
    slsa: ['H: Package registry threats'],
    controls: ['AU-6', 'SI-4', 'SC-5'],
  },
};

/** What a score of 1 asks for: rates of removals and failures are work, the others only a record. */
const BASE: Readonly<Record<VolumeKind, number>> = {
  pushes: 0.35,
  pulls: 0.35,
  removals: 0.55,
  bytes: 0.4,
  failures: 0.5,
};

/** The hour is weighed when its amount passes a step, each a quarter above the one before: few times, and each once. */
const STEP = 1.25;

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, entry, at, policy } = context;
  let drafts: FindingDraft[] | undefined;
  for (const amount of volumeAmountsOf(entry.event)) {
    const series = view.volume.series.get(amount.key);
    if (series?.scorer === undefined || at - (at % HOUR) !== series.hour) continue;
    if (series.events + 1 < LEAST_EVENTS) continue;
    const before = series.events + 1 === LEAST_EVENTS ? 0 : series.amount;
    const now = series.amount + amount.amount;
    if (stepOf(now) === stepOf(before)) continue;
    const score = scoreAt(series, now, policy);
    if (score < HIGH) continue;
    const step = Math.ceil(STEP ** stepOf(before));
    if (before > 0 && scoreAt(series, step, policy) >= HIGH) continue;
    drafts ??= [];
    drafts.push(describe(context, amount, series, now, score));
  }
  // The project, its repository and who did it tell one story: the narrowest of them tells it.
  return drafts?.slice(-1) ?? [];
}

/**
 * The score that the hour would have with the amount. Few events are noisy, so an hour is only strange when it has
 * half as much again as any before, and three standard deviations of a Poisson count.
 */
function scoreAt(series: HourSeries, amount: number, policy: DetectionPolicy): number {
  const perEvent = series.events === 0 ? 1 : series.amount / series.events;
  const noise = 3 * perEvent * Math.sqrt(series.most / Math.max(perEvent, 1));
  if (series.scorer === undefined || amount < 1.5 * series.most) return 0;
  if (amount < series.most + noise) return 0;
  const dayOff = dayOffOf(policy, series.hour);
  const sunday = dayOff === undefined ? 0 : DAYS.indexOf(dayOff.weekday);
  return peekScore(series.scorer, series.hour - sunday * DAY, amount);
}

/** A day by how many days after a Sunday it is. */
const DAYS: readonly LocalTime['weekday'][] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

function stepOf(amount: number): number {
  return amount <= 0 ? -1 : Math.floor(Math.log(amount) / Math.log(STEP));
}

function describe(
  context: JudgeContext,
  { kind, subject }: VolumeAmount,
  series: HourSeries,
  now: number,
  score: number,
): FindingDraft {
  const hour = new Date(series.hour).toISOString();
  const dayOff = dayOffOf(context.policy, series.hour);
  const principal = subject.startsWith('@') ? subject.slice(1) : undefined;
  const whose = principal ?? (subject === '' ? `project ${context.view.project}` : subject);
  return {
    title: `Unusually many ${kind} of ${whose} in one hour`,
    message: `${now} ${kind} of ${whose} since ${hour.slice(0, 16)}Z; no hour lately had more than ${Math.round(series.most)}.`,
    subject: {
      kind: principal === undefined ? 'repository' : 'principal',
      key: `volume:${kind}:${subject === '' ? context.view.project : subject}`,
      ...(principal === undefined ? {} : { principal }),
      ...(principal === undefined && subject !== '' ? { repository: subject } : {}),
    },
    observed: { [kind]: now, hour, score: Math.round(score * 1000) / 1000 },
    expected: { [kind]: { most: Math.round(series.most) } },
    role: 'the event that left the range',
    evidence: [],
    identity: [kind, subject, hour],
    base: BASE[kind],
    context: [
      {
        kind: 'anomaly-score',
        reason: `The hour scores ${score.toFixed(2)} on a scale from 0 (usual) to 1 (unlike anything seen)`,
        effect: Math.round((score - 1) * BASE[kind] * 500) / 1000,
      },
      ...(dayOff === undefined
        ? []
        : [
            {
              kind: 'holiday',
              reason: `${dayOff.date} is a day off by the policy: compared with Sundays`,
              effect: 0,
            },
          ]),
    ],
    atMost: 'ticket',
    remediation: {
      owner: 'registry administrators',
      steps: [
        searchEntries('List what happened in that hour.', {
          from: hour,
          ...(principal === undefined ? {} : { actor: principal }),
          ...(principal === undefined && subject !== '' ? { repository: subject } : {}),
        }),
        { text: 'Ask whoever is behind most of it; announce such work beforehand.' },
      ],
    },
  };
}

export const volumeAnomaly: Detector = {
  metadata,
  judge,
  examples: volumeAnomalyExamples,
};
