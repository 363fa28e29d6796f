import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import type { Detector, Example } from '../../detectors/detector.ts';
import { higherDisposition } from '../../detectors/findings.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { duePushes } from '../../detectors/view/evolve-provenance.ts';
import { validateAcceptedEvent } from '../../services/core/events/validate-event.ts';
import { type Disposition, Finding } from '../../services/core/finding.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { digestLogic, digestView } from './digest-logic.ts';
import { runExample } from './run-example.ts';

const finding = Compile(Finding);
const lock: Record<string, { version: number; logic: string }> = JSON.parse(
  readFileSync('detectors/detectors.lock.json', 'utf8'),
);

test('no two detectors share an id or a rule', () => {
  expect(new Set(DETECTORS.map((detector) => detector.metadata.id)).size).toBe(DETECTORS.length);
  expect(new Set(DETECTORS.map((detector) => detector.metadata.rule)).size).toBe(DETECTORS.length);
});

test('the lock names every detector, the view, and nothing else', () => {
  const names = DETECTORS.map((detector) => detector.metadata.rule);
  expect(Object.keys(lock).sort()).toEqual([...names, 'view'].sort());
});

test('what the view makes of entries changes only with its format', () => {
  expect(
    lock['view'],
    'the view changed: raise VIEW_FORMAT, then node --import tsx test/detectors/write-lock.ts',
  ).toEqual(digestView());
});

describe.each(DETECTORS.map((detector) => [detector.metadata.rule, detector] as const))(
  '%s',
  (rule, detector) => {
    const { metadata, examples } = detector;

    test('is complete: words for people, references, examples of both answers', () => {
      expect(metadata.id).toMatch(/^[A-Z]\d{2}$/);
      expect(metadata.rule).toMatch(/^[a-z]+(-[a-z]+)*$/);
      for (const text of [metadata.title, metadata.description, metadata.remediation]) {
        expect(text.length).toBeGreaterThan(20);
      }
      for (const list of [metadata.falsePositives, metadata.knownGaps]) {
        expect(list.length).toBeGreaterThan(0);
      }
      const listens = metadata.listensTo.length > 0 || detector.judgeFindings !== undefined;
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
        const findings = runExample(detector, example);
        expect(findings.length).toBeGreaterThan(0);
        for (const raised of findings) {
          expect([...finding.Errors(raised)]).toEqual([]);
          expect(raised.rule).toBe(rule);
          expect(raised.remediation.steps.some((step) => step.command !== undefined)).toBe(true);
        }
        expect(example.disposition).toBeDefined();
        expect(highest(findings)).toBe(example.disposition);
      },
    );

    test.each(examples.silent.map((example) => [example.name, example] as const))(
      'stays silent: %s',
      (_name, example) => {
        expect(runExample(detector, example)).toEqual([]);
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
      const mutant = inverted(detector);
      const wrong = [...examples.fires, ...examples.silent].filter(
        (example) => !isAnsweredRight(mutant, example, examples.fires.includes(example)),
      );
      expect(wrong.length).toBe(examples.fires.length + examples.silent.length);
    });

    test('says the same twice, under the same ids', () => {
      for (const example of examples.fires) {
        expect(runExample(detector, example)).toEqual(runExample(detector, example));
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

function isAnsweredRight(detector: Detector, example: Example, fires: boolean): boolean {
  return runExample(detector, example).length > 0 === fires;
}

/** The same detector with its answer turned round: silent where it spoke, and the other way. */
function inverted(detector: Detector): Detector {
  const spoken = detector.examples.fires.flatMap((example) => {
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
  const sample = spoken[0];
  if (sample === undefined) throw new Error('no example fires');
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
          ...[...detector.examples.fires, ...detector.examples.silent].map(({ when }) => when.type),
        ]),
      ],
    },
  };
}

function keep<T>(drafts: T[], spoken: readonly T[]): readonly T[] {
  drafts.push(...spoken);
  return spoken;
}
