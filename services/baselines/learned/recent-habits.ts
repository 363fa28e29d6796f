import { observeAspect } from '../../../detectors/baseline-violation/observe-aspect.ts';
import { networkOf } from '../../../detectors/view/access/network-of.ts';
import type { Observed } from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import { timeOf } from '../../../detectors/view/entry-facts.ts';
import { DAY } from '../../../detectors/view/limits.ts';
import type { Aspect, Expectation } from '../../core/baseline/baseline.ts';
import type { EventType } from '../../core/events/catalogue.ts';
import type { Entry } from '../../core/events/event.ts';

/** Entries that say something of the aspects below; the newest of them are read. */
export const RECENT_TYPES: readonly EventType[] = [
  'artifact.pushed',
  'tag.moved',
  'artifact.inspected',
  'build.finished',
];
export const MAX_RECENT = 256;

/** What detection remembers only as fingerprints, or not at all, and people want to read. */
const ASPECTS: readonly Aspect[] = [
  'base-image',
  'layers',
  'packages',
  'entrypoint',
  'user',
  'environment',
  'labels',
  'size',
  'build-type',
  'workflow',
  'trigger',
  'parameters',
  'flags',
  'dependencies',
  'registries',
  'networks',
  'hours',
];

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
const MAX_EVIDENCE = 8;

type Sighting = { readonly entry: Entry; readonly at: number; readonly values: readonly string[] };

/** What the newest entries of a repository have in common, aspect by aspect; entries come in any order. */
export function recentHabits(entries: readonly Entry[]): readonly Observed[] {
  const timed = entries
    .filter(({ event }) => event.type !== 'build.finished' || event.data.outcome === 'success')
    .map((entry) => ({ entry, at: timeOf(entry.event) }))
    .sort((a, b) => a.at - b.at);
  const habits = ASPECTS.flatMap((aspect): readonly Observed[] => {
    const sightings = timed.flatMap(({ entry, at }): readonly Sighting[] => {
      const values = observeAspect(aspect, entry.event, { repository: undefined, at, actor: '' });
      return values.length === 0 ? [] : [{ entry, at, values }];
    });
    const found = sightings.length < 2 ? undefined : habitOf(aspect, sightings);
    return found === undefined ? [] : [toObserved(aspect, found, sightings)];
  });
  return [...habits, ...rateOf(timed)];
}

type Habit = {
  readonly expectation: Expectation;
  readonly agrees: (sighting: Sighting) => boolean;
};

function habitOf(aspect: Aspect, sightings: readonly Sighting[]): Habit | undefined {
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
  const wordOf = (value: string) => {
    if (aspect === 'networks') return networkOf(value);
    const name = nameOf(aspect, value);
    return changing.has(name) ? name : value;
  };
  const counts = new Map<string, number>();
  for (const { values } of sightings) {
    for (const word of new Set(values.map(wordOf))) counts.set(word, (counts.get(word) ?? 0) + 1);
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
    agrees: ({ values }) => values.every((value) => known.has(wordOf(value))),
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

/** Changes on the busiest day. */
function rateOf(timed: readonly { readonly entry: Entry; readonly at: number }[]): Observed[] {
  const changes = timed.filter(
    ({ entry: { event } }) => event.type === 'artifact.pushed' || event.type === 'tag.moved',
  );
  const days = new Map<number, number>();
  for (const { at } of changes) {
    const day = Math.floor(at / DAY);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  if (days.size < 2) return [];
  const sightings = changes.map(({ entry, at }) => ({ entry, at, values: [] }));
  const expectation = { max: Math.max(...days.values()) };
  return [{ ...toObserved('rate', { expectation, agrees: () => true }, sightings) }];
}

function toObserved(aspect: Aspect, habit: Habit, sightings: readonly Sighting[]): Observed {
  const agreeing = sightings.filter(habit.agrees);
  return {
    aspect,
    expectation: habit.expectation,
    observations: sightings.length,
    consistent: agreeing.length,
    since: sightings[0]?.at ?? 0,
    until: sightings.at(-1)?.at ?? 0,
    evidence: agreeing.slice(-MAX_EVIDENCE).map(({ entry: { shard, index, event } }) => ({
      shard,
      index,
      source: event.source,
      id: event.id,
    })),
  };
}
