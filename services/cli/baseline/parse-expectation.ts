import { InvalidArgumentError } from 'commander';

const RANGE = /^(\d{1,15})?\.\.(\d{1,15})?$/;

/** Adds `aspect=value` or `aspect=min..max` to what was given before; a repeated aspect knows several values. */
export function parseExpectation(
  text: string,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const at = text.indexOf('=');
  const aspect = text.slice(0, Math.max(0, at));
  const value = text.slice(at + 1);
  if (aspect === '' || value === '')
    throw new InvalidArgumentError('expected aspect=value, e.g. publishers=ci-robot');
  const range = RANGE.exec(value);
  if (range !== null && value !== '..') {
    const [, min, max] = range;
    return {
      ...before,
      [aspect]: {
        ...(min === undefined ? {} : { min: Number(min) }),
        ...(max === undefined ? {} : { max: Number(max) }),
      },
    };
  }
  const known = before[aspect];
  return { ...before, [aspect]: [...(Array.isArray(known) ? known : []), value] };
}
