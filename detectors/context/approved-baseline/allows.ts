import type { Aspect, Expectation } from '../../../services/core/baseline/baseline.ts';
import { matchesGlob } from '../../text/match-glob.ts';

/** Aspects whose values are `NAME=rest`: an expectation may name the name alone. */
const NAMED: ReadonlySet<Aspect> = new Set(['environment', 'labels', 'parameters']);

/**
 * Whether everything that was observed of an aspect is known good. Nothing observed is nothing that could be: the
 * answer is then no, because what is unknown is never cleared.
 */
export function allows(
  aspect: Aspect,
  expectation: Expectation,
  observed: readonly string[],
): boolean {
  return observed.length > 0 && strangersOf(aspect, expectation, observed).length === 0;
}

/** The observed values of an aspect that the expectation does not know. */
export function strangersOf(
  aspect: Aspect,
  expectation: Expectation,
  observed: readonly string[],
): readonly string[] {
  if (!isValues(expectation)) {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = expectation;
    return observed.filter((value) => !(Number(value) >= min && Number(value) <= max));
  }
  if (aspect === 'layers') return expectation.filter((layer, at) => observed[at] !== layer);
  return observed.filter((value) => !expectation.some((known) => fits(aspect, known, value)));
}

export function isValues(expectation: Expectation): expectation is string[] {
  return Array.isArray(expectation);
}

function fits(aspect: Aspect, known: string, value: string): boolean {
  if (matchesGlob(known, value)) return true;
  return NAMED.has(aspect) && known === value.slice(0, Math.max(0, value.indexOf('=')));
}
