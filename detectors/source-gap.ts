import { searchEntries } from './context/ledger-commands.ts';
import type { Detector, DetectorMetadata, FindingDraft, JudgeContext } from './detector.ts';
import { sourceGapExamples } from './examples/source-gap-examples.ts';
import { PRODUCED } from './view/health/learn-health.ts';
import { numbersEverything, sequenceOf } from './view/health/sequence-of.ts';

const metadata: DetectorMetadata = {
  id: 'D38',
  rule: 'source-gap',
  version: 1,
  title: 'Events of a producer are missing',
  description:
    'The service says that numbers are missing between two events of a source; or a producer whose events have followed one another by number (CloudEvents extension `sequence`) skips some. What happened in the gap is not in the ledger.',
  severity: 'medium',
  listensTo: ['source.gap-detected', ...PRODUCED],
  falsePositives: [
    'Events that overtake one another: the missing one comes a little later.',
    'A producer that restarts its numbers higher.',
  ],
  knownGaps: [
    'A producer that serves several projects numbers them together: here its numbers always have gaps, and say nothing.',
    'A producer without numbers.',
  ],
  remediation:
    'Ask the producer for the missing events, or take a listing of the registry and compare it with the ledger.',
  references: {
    attack: ['T1562.008', 'T1070'],
    slsa: ['H: Package registry threats'],
    controls: ['AU-9', 'AU-5', 'SI-7'],
  },
};

function judge(context: JudgeContext): readonly FindingDraft[] {
  const { view } = context;
  const { event } = context.entry;
  if (event.type === 'source.gap-detected') {
    const { sourceName, after, before } = event.data;
    return [describeGap(context, { source: sourceName, after, before, missing: undefined })];
  }
  const sequence = sequenceOf(event);
  if (sequence === undefined) return [];
  const producer = view.health.producers.get(event.source);
  if (producer === undefined || producer.sequence < 0 || !numbersEverything(producer)) return [];
  const missing = sequence - producer.sequence - 1;
  if (missing <= 0) return [];
  const draft = describeGap(context, {
    source: event.source,
    after: String(producer.sequence),
    before: String(sequence),
    missing,
  });
  return [{ ...draft, evidence: [{ ...producer.ref, role: 'the event before the gap' }] }];
}

function describeGap(
  { view }: JudgeContext,
  gap: {
    readonly source: string;
    readonly after: string | undefined;
    readonly before: string | undefined;
    readonly missing: number | undefined;
  },
): FindingDraft {
  const { source, after, before, missing } = gap;
  const where = `after ${after ?? 'an unknown number'} and before ${before ?? 'the next'}`;
  return {
    title: `Events of ${source} are missing`,
    message: `${missing === undefined ? 'Events' : `${missing} ${missing === 1 ? 'event' : 'events'}`} of ${source} ${where} never came. What they told is not in the ledger.`,
    subject: { kind: 'source', key: `gap:${source}` },
    observed: { after: after ?? null, before: before ?? null, missing: missing ?? null },
    expected: { numbers: 'without gaps' },
    role: 'the event after the gap',
    evidence: [],
    // One or two may only have been overtaken.
    base: missing !== undefined && missing < 3 ? 0.35 : 0.5,
    context: [],
    remediation: {
      owner: 'whoever runs the source',
      steps: [
        searchEntries('See what came around the gap.', { project: view.project }),
        { text: 'Ask the source to send the missing numbers again; the ledger drops what it has.' },
      ],
    },
  };
}

export const sourceGap: Detector = { metadata, judge, examples: sourceGapExamples };
