import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import type { Detector, DetectorMetadata, Example, Examples } from '../../detectors/detector.ts';
import { higherDisposition } from '../../detectors/findings.ts';
import type { LaneDetector, LaneDraft } from '../../detectors/lane/lane-detector.ts';
import { LANE_DETECTORS } from '../../detectors/lane/lane-registry.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { duePushes } from '../../detectors/view/evolve-provenance.ts';
import { validateAcceptedEvent } from '../../services/core/events/validate-event.ts';
import { type Disposition, Finding } from '../../services/core/finding.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { digestLaneView, digestLogic, digestView } from './digest-logic.ts';
import { runExample, runLaneExample } from './run-example.ts';

const finding = Compile(Finding);
const lock: Record<string, { version: number; logic: string }> = JSON.parse(
  readFileSync('detectors/detectors.lock.json', 'utf8'),
);

/** A detector of either lane, and how its examples are run. */
type Subject = {
  readonly name: string;
  readonly metadata: DetectorMetadata;
  readonly examples: () => Examples;
  readonly hearsFindings: boolean;
  readonly run: (example: Example) => readonly Finding[];
  /** Runs examples on the same detector with its answer turned round. */
  readonly invert: () => (example: Example) => readonly Finding[];
};

const SUBJECTS: readonly Subject[] = [
  ...DETECTORS.map((detector) => ({
    ...detector,
    name: detector.metadata.rule,
    hearsFindings: detector.judgeFindings !== undefined,
    run: (example: Example) => runExample(detector, example),
    invert: () => {
      const other = inverted(detector);
      return (example: Example) => runExample(other, example);
    },
  })),
  ...LANE_DETECTORS.map((detector) => ({
    ...detector,
    name: `${detector.metadata.rule} across projects`,
    hearsFindings: false,
    run: (example: Example) => runLaneExample(detector, example),
    invert: () => {
      const other = invertedAcross(detector);
      return (example: Example) => runLaneExample(other, example);
    },
  })),
];
/** A rule may look in both lanes; it is one rule all the same. */
const RULES = [...new Set(SUBJECTS.map(({ metadata }) => metadata))];

test('no two detectors share an id or a rule', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  expect(new Set(RULES.map(({ rule }) => rule)).size).toBe(RULES.length);
});

test('the lock names every detector, the view, and nothing else', () => {
  const names = RULES.map(({ rule }) => rule);
  expect(Object.keys(lock).sort()).toEqual([...names, 'view', 'lane-view'].sort());
});

test('what the view makes of entries changes only with its format', () => {
  expect(
    lock['view'],
    'the view changed: raise VIEW_FORMAT, then node --import tsx test/detectors/write-lock.ts',
  ).toEqual(digestView());
});

test('what the view of the second lane makes of entries changes only with its format', () => {
  expect(
    lock['lane-view'],
    'the lane changed: raise LANE_FORMAT, then node --import tsx test/detectors/write-lock.ts',
  ).toEqual(digestLaneView());
});

describe.each(SUBJECTS.map((subject) => [subject.name, subject] as const))(
  '%s',
  (_subject, { metadata, examples: tellExamples, hearsFindings, run, invert }) => {
    const examples = tellExamples();
    const { rule } = metadata;

    test('is complete: words for people, references, examples of both answers', () => {
      expect(metadata.id).toMatch(/^[A-Z]\d{2}$/);
      expect(metadata.rule).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const text of [metadata.title, metadata.description, metadata.remediation]) {
        expect(text.length).toBeGreaterThan(20);
      }
      for (const list of [metadata.falsePositives, metadata.knownGaps]) {
        expect(list.length).toBeGreaterThan(0);
      }
      const listens = metadata.listensTo.length > 0 || hearsFindings;
      expect(listens).toBe(true);
      for (const list of Object.values(metadata.references)) expect(list.length).toBeGreaterThan(0);
      expect(examples.fires.length).toBeGreaterThanOrEqual(3);
      expect(examples.silent.length).toBeGreaterThanOrEqual(3);
      const names = [...examples.fires, ...examples.silent].map((example) => example.name);
      expect(new Set(names).size).toBe(names.length);
    });

    test('its logic changes only with its version', () => {
      expect(
        lock[rule],
        'the logic changed: raise the version, then node --import tsx test/detectors/write-lock.ts',
      ).toEqual({ version: metadata.version, logic: digestLogic(rule) });
    });

    test.each(examples.fires.map((example) => [example.name, example] as const))(
      'fires: %s',
      (_name, example) => {
        const findings = run(example);
        expect(findings.length).toBeGreaterThan(0);
        for (const raised of findings) {
          expect([...finding.Errors(raised)]).toEqual([]);
          expect(raised.rule).toBe(rule);
          expect(raised.remediation.steps.some((step) => step.command !== undefined)).toBe(true);
        }
        expect(example.disposition).toBeDefined();
        expect(highest(findings)).toBe(example.disposition);
        expect(JSON.stringify(findings)).toContain(example.says ?? '');
      },
    );

    test.each(examples.silent.map((example) => [example.name, example] as const))(
      'stays silent: %s',
      (_name, example) => {
        expect(run(example)).toEqual([]);
      },
    );

    test('its examples are events that the ledger would take', () => {
      for (const example of [...examples.fires, ...examples.silent]) {
        for (const event of [...example.given, example.when]) {
          const outcome = validateAcceptedEvent(event as unknown as JsonValue);
          expect(outcome.ok ? '' : outcome.problem.message).toBe('');
        }
      }
    });

    test('its examples notice when the condition is inverted', () => {
      const runInverted = invert();
      const wrong = [...examples.fires, ...examples.silent].filter(
        (example) => runInverted(example).length > 0 !== examples.fires.includes(example),
      );
      expect(wrong.length).toBe(examples.fires.length + examples.silent.length);
    });

    test('says the same twice, under the same ids', () => {
      for (const example of examples.fires) {
        expect(run(example)).toEqual(run(example));
      }
    });
  },
);

function highest(findings: readonly Finding[]): Disposition {
  return findings.reduce<Disposition>(
    (most, { disposition }) => higherDisposition(most, disposition),
    'log',
  );
}

/** The same detector with its answer turned round: silent where it spoke, and the other way. */
function inverted(detector: Detector): Detector {
  const spoken = detector.examples().fires.flatMap((example) => {
    const drafts: ReturnType<Detector['judge']>[number][] = [];
    const spy: Detector = {
      ...detector,
      judge: (context) => keep(drafts, detector.judge(context)),
      judgeDue: (context, due) => keep(drafts, detector.judgeDue?.(context, due) ?? []),
      ...(detector.judgeFindings === undefined
        ? {}
        : {
            judgeFindings: (context, findings) =>
              keep(drafts, detector.judgeFindings?.(context, findings) ?? []),
          }),
    };
    runExample(spy, example);
    return drafts;
  });
  if (spoken[0] === undefined) throw new Error('no example fires');
  // A finding with an identity of its own would be raised once only.
  const { identity: _, ...sample } = spoken[0];
  const { judgeFindings } = detector;
  if (judgeFindings !== undefined) {
    return {
      ...detector,
      judgeFindings: (context, findings) =>
        judgeFindings(context, findings).length > 0 ? [] : [sample],
    };
  }
  return {
    ...detector,
    judge: (context) => {
      const now = Math.max(context.view.now, context.at);
      const due = duePushes(context.view, now, context.entry.event);
      const spoke =
        detector.judge(context).length > 0 ||
        due.some((push) => (detector.judgeDue?.(context, push) ?? []).length > 0);
      return spoke ? [] : [sample];
    },
    judgeDue: () => [],
    metadata: {
      ...detector.metadata,
      listensTo: [
        ...new Set([
          ...detector.metadata.listensTo,
          ...[...detector.examples().fires, ...detector.examples().silent].map(
            ({ when }) => when.type,
          ),
        ]),
      ],
    },
  };
}

/** The same for the second lane, where a finding that was raised is not raised again: each gets an id of its own. */
function invertedAcross(detector: LaneDetector): LaneDetector {
  const spoken = detector.examples().fires.flatMap((example) => {
    const drafts: LaneDraft[] = [];
    const judge: LaneDetector['judge'] = (context) => keep(drafts, detector.judge(context));
    runLaneExample({ ...detector, judge }, example);
    return drafts;
  });
  const sample = spoken[0];
  if (sample === undefined) throw new Error('no example fires');
  return {
    ...detector,
    judge: (context) =>
      detector.judge(context).length > 0
        ? []
        : [{ ...sample, draft: { ...sample.draft, identity: [context.fact.ref.id] } }],
    metadata: {
      ...detector.metadata,
      listensTo: [
        ...new Set([
          ...detector.metadata.listensTo,
          ...[...detector.examples().fires, ...detector.examples().silent].map(
            ({ when }) => when.type,
          ),
        ]),
      ],
    },
  };
}

function keep<T>(drafts: T[], spoken: readonly T[]): readonly T[] {
  drafts.push(...spoken);
  return spoken;
}
