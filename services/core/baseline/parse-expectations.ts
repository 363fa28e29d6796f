import { Compile } from 'typebox/compile';
import {
  type Aspect,
  aspectsOf,
  BaselineScope,
  Expectations,
  MAX_BASELINE_BYTES,
} from './baseline.ts';

const expectations = Compile(Expectations);
const scope = Compile(BaselineScope);

/** What a baseline event expects; undefined when it is not what {@link Expectations} says, or too large to be kept. */
export function parseExpectations(value: unknown): Expectations | undefined {
  if (!expectations.Check(value)) return undefined;
  return JSON.stringify(value).length <= MAX_BASELINE_BYTES ? value : undefined;
}

const NUMBERS: ReadonlySet<Aspect> = new Set(['size', 'hours', 'rate']);

/**
 * The first aspect that is said in a way that nothing could ever fit: words as a range, or a rate or a size as a word.
 * What is in the ledger already is not asked.
 */
export function misfitOf(value: Expectations): Aspect | undefined {
  return aspectsOf(value).find((aspect) => {
    const expectation = value[aspect];
    return Array.isArray(expectation)
      ? aspect === 'rate' || aspect === 'size'
      : !NUMBERS.has(aspect);
  });
}

/** The part of a repository that a baseline is about; all of it when the event does not say, undefined when it is odd. */
export function parseScope(value: unknown): BaselineScope | undefined {
  if (value === undefined) return {};
  return scope.Check(value) ? value : undefined;
}
