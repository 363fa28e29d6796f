import type { Aspect, Expectation } from '../../../../services/core/baseline/baseline.ts';
import { DAY } from '../../limits.ts';
import type { EntryRef, ProjectView, RepositoryView } from '../../project-view.ts';

/** What a repository's own history says about one aspect. Times are milliseconds since the epoch. */
export type Observed = {
  readonly aspect: Aspect;
  /** The part that it is about when the aspect is not one whole, e.g. a class of tags. */
  readonly part?: string;
  readonly expectation: Expectation;
  /** Observations, and how many of them agree with the expectation. */
  readonly observations: number;
  readonly consistent: number;
  readonly since: number;
  readonly until: number;
  /** Entries that it rests on, as far as they are remembered. */
  readonly evidence: readonly EntryRef[];
};

/** An observed habit, and how far it can be relied on. */
export type LearnedAspect = Observed & {
  /** From 0 to 1: agreement, times how much of the required observations and of the required days there is. */
  readonly confidence: number;
  /** Enough was seen for long enough, and nearly all of it agrees. */
  readonly established: boolean;
};

/** Reads one or several aspects from the view; nothing where the view says nothing. */
export type AspectReader = (view: ProjectView, repository: RepositoryView) => readonly Observed[];

type Learning = { readonly observations: number; readonly days: number };

/** Of ten observations nine have to agree. */
const AGREEMENT = 0.9;

/** Weighs a habit by what the governance file asks of a learned baseline. */
export function weigh(observed: Observed, learning: Learning): LearnedAspect {
  const { observations, consistent, since, until } = observed;
  const share = observations === 0 ? 0 : consistent / observations;
  const days = (until - since) / DAY;
  const confidence =
    share *
    Math.min(1, observations / learning.observations) *
    Math.min(1, Math.max(0, days) / learning.days);
  return {
    ...observed,
    confidence: Math.round(confidence * 100) / 100,
    established:
      observations >= learning.observations && days >= learning.days && share >= AGREEMENT,
  };
}
