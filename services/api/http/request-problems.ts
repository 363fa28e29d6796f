import { type Problem, problem } from '../../core/errors.ts';

/** A request that does not fit its schema: thrown by the validator, answered with every problem listed. */
export class RequestProblems extends Error {
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problems: readonly Problem[]) {
    super('the request does not fit its schema');
    this.name = 'RequestProblems';
    const [first = problem('http.bad-request', this.message), ...rest] = problems;
    this.problems = [first, ...rest];
  }
}
