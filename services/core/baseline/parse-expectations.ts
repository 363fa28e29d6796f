import { Compile } from 'typebox/compile';
import { BaselineScope, Expectations, MAX_BASELINE_BYTES } from './baseline.ts';

const expectations = Compile(Expectations);
const scope = Compile(BaselineScope);

/** What a baseline event expects; undefined when it is not what {@link Expectations} says, or too large to be kept. */
export function parseExpectations(value: unknown): Expectations | undefined {
  if (!expectations.Check(value)) return undefined;
  return JSON.stringify(value).length <= MAX_BASELINE_BYTES ? value : undefined;
}

/** The part of a repository that a baseline is about; all of it when the event does not say, undefined when it is odd. */
export function parseScope(value: unknown): BaselineScope | undefined {
  if (value === undefined) return {};
  return scope.Check(value) ? value : undefined;
}
