import type { LearnedAspect } from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import type { Aspect, Expectations } from '../../core/baseline/baseline.ts';
import type { Evidence } from '../../core/finding.ts';

/** Changes with every release, or is no expectation that a push could be held against. */
const PASSING: ReadonlySet<Aspect> = new Set(['digests', 'tag-behaviour', 'hours', 'rate']);
const MAX_EVIDENCE = 32;

/** The habits to declare: the named ones, else all that are established and last longer than a release. */
export function chooseHabits(
  habits: readonly LearnedAspect[],
  aspects: readonly Aspect[] | undefined,
): readonly LearnedAspect[] {
  if (aspects !== undefined) return habits.filter(({ aspect }) => aspects.includes(aspect));
  return habits.filter(({ aspect, established }) => established && !PASSING.has(aspect));
}

/** Habits as expectations; where an aspect has parts that differ, there is no one word for all of them. */
export function toExpectations(habits: readonly LearnedAspect[]): Expectations {
  const found = new Map<Aspect, Set<string>>();
  for (const { aspect, expectation } of habits) {
    found.set(aspect, (found.get(aspect) ?? new Set()).add(JSON.stringify(expectation)));
  }
  return Object.fromEntries(
    habits
      .filter(({ aspect }) => found.get(aspect)?.size === 1)
      .map(({ aspect, expectation }) => [aspect, expectation]),
  );
}

/** What an image is held against where nothing is declared. */
export function yardstickOf(habits: readonly LearnedAspect[]): Expectations {
  return toExpectations(chooseHabits(habits, undefined));
}

/** A few observations of each habit, for the record of a proposal. */
export function evidenceOf(habits: readonly LearnedAspect[]): readonly Evidence[] {
  const seen = new Map<string, Evidence>();
  for (const { aspect, evidence } of habits) {
    for (const ref of evidence.slice(-2)) {
      const key = `${ref.shard}/${ref.index}`;
      if (!seen.has(key)) seen.set(key, { ...ref, role: `an observation of ${aspect}` });
    }
  }
  return [...seen.values()].slice(0, MAX_EVIDENCE);
}
