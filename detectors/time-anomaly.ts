import { searchEntries } from './context/ledger-commands.ts';
import type {
  ContextDraft,
  Detector,
  DetectorMetadata,
  FindingDraft,
  JudgeContext,
} from './detector.ts';
import { timeAnomalyExamples } from './examples/time-anomaly-examples.ts';
import { isUnusualDelay } from './time-anomaly/late-commit.ts';
import { digestIn } from './view/explain.ts';
import { DAY, HOUR } from './view/limits.ts';
import {
  clockKey,
  type Impossible,
  impossibleTime,
  isFreshImage,
  isWholeHours,
  type TimedEvent,
} from './view/pipelines/clocks.ts';
import { missesOf } from './windows/bit-window.ts';

/** How old an image is at its push when that is told where images are always made the same day. */
const OLD_IMAGE = 30 * DAY;

const metadata: DetectorMetadata = {
  id: 'D22',
  rule: 'time-anomaly',
  version: 1,
  title: 'Times that cannot be, or are unlike all before',
  description:
    'A build that ended before it began, an image made after its push, a commit written after it was pushed, an event from the future; or, by habit, a commit pushed long after it was written and an image made long before its push, where neither ever happens. Weak alone: it is a record or work, and says which clock not to believe.',
  severity: 'medium',
  listensTo: ['build.finished', 'artifact.pushed', 'source.ref-updated'],
  falsePositives: [
    'A runner or a laptop with a wrong clock.',
    'Local time written as if it were universal: whole hours off, and on record only.',
    'A rebase or cherry-pick of an old commit.',
  ],
  knownGaps: [
    'Differences under five minutes are taken for clocks.',
    'An event that arrives long after its time is a redelivery or an import as often as a replay (D23 looks there).',
    'Reproducible builds write a fixed time into every image: that is their habit, and no news.',
  ],
  remediation:
    'Find out which clock was wrong, or who wrote the time by hand; do not rely on the times of this source until it is known.',
  references: {
    attack: ['T1070.006'],
    slsa: ['B: Modifying the source', 'E: Build process'],
    controls: ['AU-8', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { event } = context.entry;
  if (
    event.type !== 'build.finished' &&
    event.type !== 'artifact.pushed' &&
    event.type !== 'source.ref-updated'
  ) {
    return [];
  }
  const found = impossibleTime(event, context.at);
  if (found !== undefined) return judgeImpossible(context, event, found);
  if (event.type === 'source.ref-updated') return judgeCommit(context, event.data);
  return event.type === 'artifact.pushed' ? judgeImage(context, event) : [];
}

function judgeImpossible(
  context: JudgeContext,
  event: TimedEvent,
  found: Impossible,
): readonly FindingDraft[] {
  const { view, at } = context;
  const { kind, where, by, earlier, later } = found;
  const known = view.pipelines.clocks.get(clockKey(found));
  // Told once a day: a wrong clock stays wrong until somebody sets it.
  if (known !== undefined && at - known.last < DAY) return [];
  const circumstances: ContextDraft[] = [
    ...(isWholeHours(by)
      ? [
          {
            kind: 'whole-hours',
            reason: `Off by ${Math.round(by / HOUR)} hours exactly, as local time written as universal is`,
            effect: -0.25,
          },
        ]
      : []),
    ...(known !== undefined
      ? [
          {
            kind: 'clock-known-wrong',
            reason: `The clock of ${where} was wrong ${known.count} times before`,
            effect: -0.2,
          },
        ]
      : []),
  ];
  return [
    describe(context, event, {
      title: `${TITLES[kind]}: ${where}`,
      message: `${SENTENCES[kind]} (${earlier} against ${later}, ${words(by)}).`,
      observed: { kind, earlier, later, seconds: Math.round(by / 1000) },
      expected: { order: 'earlier before later' },
      base: kind === 'sent-from-future' ? 0.3 : 0.5,
      context: circumstances,
    }),
  ];
}

const TITLES: Readonly<Record<Impossible['kind'], string>> = {
  'ended-before-start': 'A build ended before it began',
  'created-after-push': 'An image was made after its push',
  'authored-after-push': 'A commit was written after it was pushed',
  'sent-from-future': 'An event from the future',
};

const SENTENCES: Readonly<Record<Impossible['kind'], string>> = {
  'ended-before-start': 'The build says that it began after it ended',
  'created-after-push': 'The image says that it was made after it was pushed',
  'authored-after-push': 'The commit says that it was written after it was pushed',
  'sent-from-future': 'The sender dates the event after its arrival',
};

function judgeCommit(
  context: JudgeContext,
  data: Extract<TimedEvent, { readonly type: 'source.ref-updated' }>['data'],
): readonly FindingDraft[] {
  const unusual = isUnusualDelay(context, data);
  const { event } = context.entry;
  if (unusual === undefined || event.type !== 'source.ref-updated') return [];
  return [
    describe(context, event, {
      title: `A commit came to ${data.ref} long after it was written`,
      message: `${data.ref} of ${data.sourceRepository} got ${data.after ?? 'a commit'}, written at ${data.authoredAt ?? ''}, ${words(unusual.delay)} before. Of ${unusual.observed} updates before, ${unusual.alike} came so late.`,
      observed: { authoredAt: data.authoredAt ?? null, seconds: Math.round(unusual.delay / 1000) },
      expected: { updates: unusual.observed, asLate: unusual.alike },
      base: 0.35,
      context: unusual.context,
    }),
  ];
}

function judgeImage(
  context: JudgeContext,
  event: Extract<TimedEvent, { readonly type: 'artifact.pushed' }>,
): readonly FindingDraft[] {
  const { view, at } = context;
  const { repository, createdAt, digest } = event.data;
  if (isFreshImage(event, at) !== false) return [];
  const ages = view.pipelines.ages.get(repository);
  if (ages === undefined || ages.count < 10 || missesOf(ages) > 0) return [];
  const age = at - Date.parse(createdAt ?? '');
  const home = view.repositories.get(repository);
  const here = home !== undefined && digestIn(home, digest) !== undefined;
  if (age < OLD_IMAGE || here) return [];
  return [
    describe(context, event, {
      title: `An old image came to ${repository} as a new one`,
      message: `${digest} says that it was made at ${createdAt ?? ''}, ${words(age)} before its push; the last ${ages.count} images were made on the day of theirs.`,
      observed: { createdAt: createdAt ?? null, digest },
      expected: { madeWithin: 'a day', images: ages.count },
      base: 0.35,
      context: [],
    }),
  ];
}

function describe(
  { actor }: JudgeContext,
  event: TimedEvent,
  told: Pick<FindingDraft, 'title' | 'message' | 'observed' | 'expected' | 'base' | 'context'>,
): FindingDraft {
  const repository = 'repository' in event.data ? event.data.repository : undefined;
  return {
    ...told,
    subject: subjectOf(event),
    role: 'the entry with the odd time',
    evidence: [],
    ...(event.type === 'artifact.pushed' ? { tags: event.data.tags } : {}),
    remediation: {
      owner: 'owner of the source',
      steps: [
        searchEntries('Compare with the times of the entries around it.', {
          type: event.type,
          ...(repository === undefined ? {} : { repository }),
          ...(actor === '' ? {} : { actor }),
        }),
        {
          text: 'Check the clock of the machine that said so, and who can write that time by hand.',
        },
      ],
    },
  };
}

function subjectOf(event: TimedEvent): FindingDraft['subject'] {
  switch (event.type) {
    case 'artifact.pushed': {
      const { repository, digest } = event.data;
      return { kind: 'artifact', key: `time:${repository}`, repository, digest };
    }
    case 'build.finished': {
      const { sourceRepository, outputs, runId } = event.data;
      const repository = outputs?.[0]?.repository;
      return {
        kind: 'build',
        key: `time:${sourceRepository ?? repository ?? runId}`.slice(0, 1024),
        ...(repository === undefined ? {} : { repository }),
      };
    }
    case 'source.ref-updated':
      return {
        kind: 'source-ref',
        key: `time:${event.data.sourceRepository}#${event.data.ref}`.slice(0, 1024),
      };
  }
}

function words(duration: number): string {
  if (duration < 2 * HOUR) return `${Math.round(duration / 60_000)} minutes`;
  return duration < 3 * DAY
    ? `${Math.round(duration / HOUR)} hours`
    : `${Math.round(duration / DAY)} days`;
}

export const timeAnomaly: Detector = { metadata, judge, examples: timeAnomalyExamples };
