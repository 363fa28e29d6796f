import type { Aspect, Expectation } from '../../../services/core/baseline/baseline.ts';
import { matchesGlob } from '../../text/match-glob.ts';
import { networkOf } from '../access/network-of.ts';

/** Aspects whose values are a name and a rest: an expectation may say the name alone (of a digest, the rest alone). */
const SEPARATORS: { readonly [A in Aspect]?: string } = {
  environment: '=',
  labels: '=',
  parameters: '=',
  'base-image': '@',
  packages: '@',
  workflow: '@',
  dependencies: '@',
};

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
    const { max = Number.POSITIVE_INFINITY } = expectation;
    // A day that goes on has had few changes so far.
    const min = aspect === 'rate' ? 0 : (expectation.min ?? Number.NEGATIVE_INFINITY);
    return observed.filter((value) => !(Number(value) >= min && Number(value) <= max));
  }
  if (aspect === 'layers') return expectation.filter((layer, at) => observed[at] !== layer);
  return observed.filter((value) => !expectation.some((known) => fits(aspect, known, value)));
}

function isValues(expectation: Expectation): expectation is string[] {
  return Array.isArray(expectation);
}

function fits(aspect: Aspect, known: string, value: string): boolean {
  if (matchesGlob(known, value)) return true;
  if (aspect === 'networks') return known === networkOf(value);
  // A client is a credential and a program; either may be known.
  if (aspect === 'clients') return value.split('\t').some((name) => matchesGlob(known, name));
  const separator = SEPARATORS[aspect];
  if (separator === undefined) return false;
  // Names hold no `=`, but values may; digests and versions hold no `@`, but names may.
  const at = separator === '=' ? value.indexOf(separator) : value.lastIndexOf(separator);
  if (at <= 0) return false;
  return (
    matchesGlob(known, value.slice(0, at)) ||
    (aspect === 'base-image' && known === value.slice(at + 1))
  );
}
