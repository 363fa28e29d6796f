import { type Problem, problem } from '../../services/core/errors.ts';
import { fail, type Outcome, ok } from '../../services/core/outcome.ts';
import type { UserRule } from '../../services/core/rules/user-rule.ts';
import type { Detector } from '../detector.ts';
import { compileRule } from './compile-rule.ts';
import { runRuleTests } from './run-rule-tests.ts';

/**
 * The built-in detectors and user rules in the order in which they speak: the second-order ones last, because they hear
 * what all the others found. Lists everything that is wrong with the rules instead.
 */
export function withUserRules(
  rules: readonly UserRule[],
  builtIn: readonly Detector[],
): Outcome<readonly Detector[], readonly Problem[]> {
  const loaded = loadRules(rules, builtIn);
  if (!loaded.ok) return loaded;
  const hears = ({ judgeFindings }: Detector) => judgeFindings !== undefined;
  const first = builtIn.filter((detector) => !hears(detector));
  return ok([...first, ...loaded.value, ...builtIn.filter(hears)]);
}

/**
 * Makes detectors of user rules, each only once its own tests pass, or lists everything that is wrong. A rule may not
 * take the name of a built-in one.
 */
function loadRules(
  rules: readonly UserRule[],
  builtIn: readonly Detector[],
): Outcome<readonly Detector[], readonly Problem[]> {
  const detectors: Detector[] = [];
  const problems: Problem[] = [];
  for (const rule of rules) {
    if (builtIn.some(({ metadata }) => metadata.rule === rule.rule)) {
      problems.push(problem('rule.document', `"${rule.rule}" is the name of a built-in rule`));
      continue;
    }
    const compiled = compileRule(rule);
    if (!compiled.ok) {
      problems.push(compiled.problem);
      continue;
    }
    const failed = runRuleTests(rule, compiled.value);
    problems.push(...failed);
    if (failed.length === 0) detectors.push(compiled.value);
  }
  return problems.length === 0 ? ok(detectors) : fail(problems);
}
