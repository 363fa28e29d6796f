import { type Problem, problem } from '../../core/errors.ts';

/** The problem of a period that ends before it begins or names a day that does not exist, or undefined. */
export function checkPeriod(period: {
  readonly from: string;
  readonly to: string;
}): Problem | undefined {
  const from = Date.parse(period.from);
  const to = Date.parse(period.to);
  if (Number.isNaN(from)) return problem('audit.period', 'expected a time that exists', '/from');
  if (Number.isNaN(to)) return problem('audit.period', 'expected a time that exists', '/to');
  return from < to ? undefined : problem('audit.period', 'expected from to be before to', '/from');
}
