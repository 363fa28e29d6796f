import type { Detector } from '../../detectors/detector.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { withUserRules } from '../../detectors/user-rules/load-rules.ts';
import { ProvostError } from '../core/errors.ts';
import type { UserRule } from '../core/rules/user-rule.ts';
import { describeProblems } from './describe-problems.ts';

/**
 * The built-in detectors and the institution's own rules. Throws `config.invalid` with everything that is wrong when a
 * rule does not compile or fails one of its own tests: a service that runs without a rule that people rely on is worse
 * than one that says so.
 */
export function detectorsOf(rules: readonly UserRule[]): readonly Detector[] {
  const loaded = withUserRules(rules, DETECTORS);
  if (!loaded.ok) throw new ProvostError('config.invalid', describeProblems(loaded.problem));
  return loaded.value;
}
