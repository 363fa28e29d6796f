import { InvalidArgumentError } from 'commander';

/** Parses a non-negative integer argument; anything else is a usage error. */
export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected a number from 0');
  return Number(text);
}
