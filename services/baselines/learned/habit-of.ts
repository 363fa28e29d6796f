import { networkOf } from '../../../detectors/view/access/network-of.ts';
import type { Observed } from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import type { EntryRef } from '../../../detectors/view/project-view.ts';
import type { Aspect, Expectation } from '../../core/baseline/baseline.ts';

/** Where a value changes with every release, its name alone is the habit. */
const SEPARATORS: { readonly [A in Aspect]?: string } = {
  environment: '=',
  labels: '=',
  parameters: '=',
  packages: '@',
  dependencies: '@',
  workflow: '@',
  'base-image': '@',
};

const MAX_VALUES = 256;
/** Entries that are named of a habit. */
export const MAX_EVIDENCE = 8;

/** An entry, and what it says of an aspect. */
export type Sighting = {
  readonly ref: EntryRef;
  readonly at: number;
  readonly values: readonly string[];
};

type Habit = {
  readonly expectation: Expectation;
  readonly agrees: (sighting: Sighting) => boolean;
};

/** What the sightings have in common; undefined when there is nothing. */
export function habitOf(aspect: Aspect, sightings: readonly Sighting[]): Habit | undefined {
  switch (aspect) {
    case 'size':
      return rangeOf(sightings, 0.5, 1.5);
    case 'hours':
      return rangeOf(sightings, 1, 1);
    case 'layers':
      return prefixOf(sightings);
    default:
      return valuesOf(aspect, sightings);
  }
}

/** Values, or names where what follows them changes, that were seen more than once. */
function valuesOf(aspect: Aspect, sightings: readonly Sighting[]): Habit | undefined {
  const changing = changingNames(aspect, sightings);
  const wordsOf = (value: string): readonly string[] => {
    if (aspect === 'networks') return [networkOf(value)];
    // A client is a credential and a program; each is a name by which it can be known.
    if (aspect === 'clients') return value.split('\t').filter((name) => name !== '');
    const name = nameOf(aspect, value);
    return [changing.has(name) ? name : value];
  };
  const counts = new Map<string, number>();
  for (const { values } of sightings) {
    for (const word of new Set(values.flatMap(wordsOf)))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const usual = [...counts]
    .filter(([word, count]) => count > 1 && word.length <= 512)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, MAX_VALUES)
    .map(([word]) => word);
  if (usual.length === 0) return undefined;
  const known = new Set(usual);
  return {
    expectation: usual.sort(),
    agrees: ({ values }) => values.every((value) => wordsOf(value).some((word) => known.has(word))),
  };
}

function changingNames(aspect: Aspect, sightings: readonly Sighting[]): ReadonlySet<string> {
  const seen = new Map<string, string>();
  const changing = new Set<string>();
  for (const value of sightings.flatMap(({ values }) => values)) {
    const name = nameOf(aspect, value);
    const before = seen.get(name);
    if (before !== undefined && before !== value) changing.add(name);
    seen.set(name, value);
  }
  return changing;
}

function nameOf(aspect: Aspect, value: string): string {
  const separator = SEPARATORS[aspect];
  if (separator === undefined) return value;
  const at = separator === '=' ? value.indexOf(separator) : value.lastIndexOf(separator);
  return at > 0 ? value.slice(0, at) : value;
}

/** The layers at the bottom that all images share. */
function prefixOf(sightings: readonly Sighting[]): Habit | undefined {
  let prefix = sightings[0]?.values ?? [];
  for (const { values } of sightings) {
    const end = prefix.findIndex((layer, at) => values[at] !== layer);
    prefix = end < 0 ? prefix : prefix.slice(0, end);
  }
  return prefix.length === 0 ? undefined : { expectation: [...prefix], agrees: () => true };
}

function rangeOf(sightings: readonly Sighting[], low: number, high: number): Habit {
  const numbers = sightings.flatMap(({ values }) => values.map(Number)).sort((a, b) => a - b);
  // The outermost tenth on each side is not the habit.
  const cut = Math.floor(numbers.length / 10);
  const min = Math.floor((numbers[cut] ?? 0) * low);
  const max = Math.ceil((numbers[numbers.length - 1 - cut] ?? 0) * high);
  return {
    expectation: { min, max },
    agrees: ({ values }) => values.every((value) => Number(value) >= min && Number(value) <= max),
  };
}

/** The habit, with how many of the sightings agree; they come oldest first. */
export function toObserved(aspect: Aspect, habit: Habit, sightings: readonly Sighting[]): Observed {
  const agreeing = sightings.filter(habit.agrees);
  return {
    aspect,
    expectation: habit.expectation,
    observations: sightings.length,
    consistent: agreeing.length,
    since: sightings[0]?.at ?? 0,
    until: sightings.at(-1)?.at ?? 0,
    evidence: agreeing.slice(-MAX_EVIDENCE).map(({ ref }) => ref),
  };
}
