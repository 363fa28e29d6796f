import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Example } from '../../../detectors/detector.ts';
import { DISPOSITIONS, type Finding } from '../../../services/core/finding.ts';
import { logicFiles } from '../digest-logic.ts';
import { type Condition, plantSwitches } from './plant-switches.ts';
import { installSwitches } from './switches.ts';

/** A rule with one condition inverted, and the first of its examples that fails then. */
export type Mutant = Condition & { readonly rule: string; readonly killedBy?: string };

type Case = {
  readonly name: string;
  readonly events: number;
  readonly holds: () => boolean;
};

/** What a copy needs so that its imports find each other. */
const COPIED = ['package.json', 'detectors', 'services/core', 'test/detectors/run-example.ts'];

/**
 * Runs each rule's own examples on every mutant of the rule, a rule at a time. The sources are only read: a copy among
 * the temporary files carries all mutants, one of which is switched on at a time.
 */
export async function* mutateDetectors(
  rules: readonly string[],
): AsyncGenerator<{ readonly rule: string; readonly mutants: readonly Mutant[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'provost-mutants-'));
  try {
    for (const source of COPIED) cpSync(source, path.join(folder, source), { recursive: true });
    symlinkSync(path.resolve('node_modules'), path.join(folder, 'node_modules'));
    const conditions = plantInto(folder, rules);
    const switches = installSwitches();
    const casesOf = await loadCases(folder);
    for (const rule of rules) {
      // The shortest story first: most mutants die of any.
      const cases = casesOf(rule).sort((one, other) => one.events - other.events);
      const asked = cases.map(({ name, holds }) =>
        switches.askedBy(() => {
          if (!holds()) throw new Error(`${rule} fails its example as it is: ${name}`);
        }),
      );
      const mutants = conditions.flatMap((condition, number): Mutant[] => {
        if (condition.rule !== rule) return [];
        const killer = cases.find(
          ({ holds }, order) => asked[order]?.has(number) && !switches.inverting(number, holds),
        );
        return [{ ...condition, ...(killer && { killedBy: killer.name }) }];
      });
      yield { rule, mutants };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Plants the switches of the rules into the copy; a condition's number is its place in the list. */
function plantInto(folder: string, rules: readonly string[]) {
  const conditions: (Condition & { readonly rule: string })[] = [];
  for (const rule of rules) {
    for (const file of logicFiles(rule)) {
      const planted = plantSwitches(readFileSync(file, 'utf8'), file, conditions.length);
      writeFileSync(path.join(folder, file), planted.text);
      conditions.push(...planted.conditions.map((condition) => ({ ...condition, rule })));
    }
  }
  return conditions;
}

/** The examples of a rule, of both lanes, as the copy runs them. */
async function loadCases(folder: string): Promise<(rule: string) => Case[]> {
  const load = async (file: string): Promise<unknown> =>
    await import(pathToFileURL(path.join(folder, file)).href);
  const { DETECTORS } = (await load(
    'detectors/registry.ts',
  )) as typeof import('../../../detectors/registry.ts');
  const { LANE_DETECTORS } = (await load(
    'detectors/lane/lane-registry.ts',
  )) as typeof import('../../../detectors/lane/lane-registry.ts');
  const { runExample, runLaneExample } = (await load(
    'test/detectors/run-example.ts',
  )) as typeof import('../run-example.ts');
  const subjects = [
    ...DETECTORS.map((detector) => ({
      ...detector,
      run: (example: Example) => runExample(detector, example),
    })),
    ...LANE_DETECTORS.map((detector) => ({
      ...detector,
      run: (example: Example) => runLaneExample(detector, example),
    })),
  ];
  return (rule) =>
    subjects
      .filter(({ metadata }) => metadata.rule === rule)
      .flatMap(({ examples, run }) => {
        const { fires, silent } = examples();
        return [...fires, ...silent].map((example) => ({
          name: example.name,
          events: example.given.length,
          holds: () => holds(example, run),
        }));
      });
}

/** Whether the example is as it says, by what the suite of all detectors asks; what throws is not. */
function holds(example: Example, run: (example: Example) => readonly Finding[]): boolean {
  try {
    const findings = run(example);
    const said = findings.map(({ disposition }) => DISPOSITIONS.indexOf(disposition));
    const { disposition, says = '' } = example;
    return (
      Math.max(-1, ...said) ===
        (disposition === undefined ? -1 : DISPOSITIONS.indexOf(disposition)) &&
      findings.every(({ remediation }) => remediation.steps.some((step) => step.command)) &&
      JSON.stringify(findings).includes(says)
    );
  } catch {
    return false;
  }
}
