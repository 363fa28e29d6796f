import type { EventType } from '../services/core/events/catalogue.ts';
import { searchEntries } from './context/ledger-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { sourceSilentExamples } from './examples/source-silent-examples.ts';
import type { ProducerView } from './view/health/health-view.ts';
import { PRODUCED } from './view/health/learn-health.ts';
import { patienceWith, silentProducers } from './view/health/silent-producers.ts';

const HOUR = 3_600_000;

const metadata: DetectorMetadata = {
  id: 'D37',
  rule: 'source-silent',
  version: 1,
  title: 'A producer of events has fallen silent',
  description:
    'The service says that a source has missed its heartbeat; or a producer that sent events steadily for weeks has been silent for four times its longest pause, while the rest of the project went on. Whoever silences the messenger hides what comes next, so what depends on its events is unobserved until it speaks again.',
  severity: 'high',
  listensTo: ['source.silent', 'deadline.passed', ...PRODUCED],
  falsePositives: [
    'A registry or CI that was switched off on purpose.',
    'The holidays of a team whose only regular events are their own pushes.',
  ],
  knownGaps: [
    'A producer without a rhythm of two weeks is only known by its heartbeat.',
    'When the whole project falls silent at once, nobody has gone on who could show it.',
  ],
  remediation:
    'Find out whether its webhook, token or poller still works; then take a listing of the registry to see what was missed.',
  references: {
    attack: ['T1562.008', 'T1562.006'],
    slsa: ['H: Package registry threats'],
    controls: ['AU-5', 'SI-4', 'AU-12'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view, at } = context;
  const { event } = context.entry;
  if (event.type === 'source.silent') {
    const { sourceName, lastSeenAt, expectedEverySeconds } = event.data;
    return [
      describeSilence(context, {
        source: sourceName,
        last: lastSeenAt,
        expected: expectedEverySeconds === undefined ? {} : { everySeconds: expectedEverySeconds },
        why: `it should speak ${expectedEverySeconds === undefined ? 'more often' : `every ${expectedEverySeconds} seconds`}`,
        producer: undefined,
      }),
    ];
  }
  const now = Math.max(view.now, at);
  if (now < view.health.nextLook) return [];
  return silentProducers(view.health, now, event.source).map(([source, producer]) => {
    const pause = Math.max(producer.longest, producer.longestBefore);
    return describeSilence(context, {
      source,
      last: new Date(producer.last).toISOString(),
      expected: {
        longestPauseSeconds: Math.round(pause / 1000),
        toldAfterSeconds: Math.round((patienceWith(producer) ?? 0) / 1000),
      },
      why: `its longest pause in the last weeks was ${Math.max(1, Math.round(pause / HOUR))} hours, and the project went on with ${view.health.events - producer.eventsThen} events since`,
      producer,
    });
  });
}

/** What the judged entry is to the silence. */
const ROLES: Partial<Record<EventType, string>> = {
  'source.silent': 'the missed heartbeat',
  'deadline.passed': 'the time that passed without it',
};

function describeSilence(
  { view, at, entry }: JudgeContext,
  silence: {
    readonly source: string;
    readonly last: string | undefined;
    readonly expected: Readonly<Record<string, unknown>>;
    readonly why: string;
    readonly producer: ProducerView | undefined;
  },
): FindingDraft {
  const { source, last, producer } = silence;
  return {
    title: `${source} has fallen silent`,
    message: `Nothing came from ${source}${last === undefined ? '' : ` since ${last}`}; ${silence.why}. What it would tell is not observed until it speaks again.`,
    subject: { kind: 'source', key: `silent:${source}` },
    observed: {
      ...(last === undefined ? {} : { lastSeenAt: last }),
      silentSeconds:
        last === undefined ? null : Math.round((Math.max(view.now, at) - Date.parse(last)) / 1000),
    },
    expected: silence.expected,
    role: ROLES[entry.event.type] ?? 'the event of another that shows it',
    evidence: producer === undefined ? [] : [{ ...producer.ref, role: 'its last event' }],
    // One silence is one finding, whoever's event shows it.
    ...(producer === undefined ? {} : { identity: [source, String(producer.last)] }),
    base: 0.5,
    context: [],
    remediation: {
      owner: 'whoever runs the source',
      steps: [
        {
          text: 'See whether the service can reach the source, and the source the service.',
          command: 'provost doctor',
        },
        searchEntries('See what the project did meanwhile.', {
          project: view.project,
          ...(last === undefined ? {} : { from: last }),
        }),
      ],
    },
  };
}

export const sourceSilent: Detector = { metadata, judge, examples: sourceSilentExamples };
