import {
  addToRange,
  createRangeSketch,
  highestOf,
  lowestOf,
  type RangeSketch,
  scaleOf,
} from './range-sketch.ts';
import { addToSeason, createSeason, type Season, usualAt } from './season.ts';

/**
 * A streaming anomaly score for one series of numbers at (about) equal intervals. It looks at three curves: the mean of
 * the last {@link LONG} points, the mean of the last {@link SHORT}, and the difference from what is usual at that hour of
 * the week. A curve is strange when it leaves the range that it has had, by as many robust standard deviations; each
 * curve's own habit of leaving its range makes the next time weigh less. Bounded memory, plain data, deterministic.
 */
export type SeriesScorer = {
  /** Milliseconds between two points. */
  readonly interval: number;
  points: number;
  /** The last {@link LONG} values, oldest first. */
  recent: number[];
  readonly season: Season;
  readonly long: Curve;
  readonly short: Curve;
  readonly seasonal: Curve;
  /** Points since the score was last high. */
  quiet: number;
};

type Curve = {
  readonly range: RangeSketch;
  /** How far and how often it left its range lately. */
  restless: number;
};

const LONG = 72;
const SHORT = 24;
/** Points before a curve has a range. */
const WARM_UP = 80;
/** Below this share of the middle, and of the distance to the extreme, nothing is a deviation. */
const LEAST_OF_MIDDLE = 0.02;
const LEAST_OF_EXTREME = 0.05;
const WEIGHTS = { long: 3, short: 0.5, seasonal: 0.7 } as const;
/** Standard deviations beyond the range at which a curve alone scores one half. */
const HALF = 0.5;
/** Stands in for a spread of nothing. */
const TINY = 1e-9;
const RESTLESS_WEIGHT = 0.5;
const RESTLESS_DECAY = 0.999;
const MAX_EXCESS = 20;
/** After a high score the next points are the same story. */
export const HIGH = 0.3;
const QUIET_POINTS = 30;

export function createSeriesScorer(interval: number): SeriesScorer {
  const curve = (): Curve => ({ range: createRangeSketch(), restless: 0 });
  return {
    interval,
    points: 0,
    recent: [],
    season: createSeason(),
    long: curve(),
    short: curve(),
    seasonal: curve(),
    quiet: QUIET_POINTS,
  };
}

/**
 * How strange the value would be as the next point, from 0 (usual) to 1 (unlike anything seen); changes nothing.
 * `at`: milliseconds since the epoch.
 */
export function peekScore(scorer: SeriesScorer, at: number, value: number): number {
  return scoreOf(scorer, excessesAt(scorer, curvesAt(scorer, at, value)));
}

/** Scores the next point as {@link peekScore} does and takes it in; for some points after a high score it says 0. */
export function scoreNext(scorer: SeriesScorer, at: number, value: number): number {
  const next = curvesAt(scorer, at, value);
  const excesses = excessesAt(scorer, next);
  const score = scorer.quiet < QUIET_POINTS ? 0 : scoreOf(scorer, excesses);
  takeIn(scorer.long, next.long, excesses.long);
  takeIn(scorer.short, next.short, excesses.short);
  if (next.seasonal !== undefined) takeIn(scorer.seasonal, next.seasonal, excesses.seasonal);
  addToSeason(scorer.season, at, scorer.interval, value);
  scorer.recent.push(value);
  if (scorer.recent.length > LONG) scorer.recent.shift();
  scorer.points += 1;
  scorer.quiet = score >= HIGH ? 1 : scorer.quiet + 1;
  return score;
}

/** The three curves at the next point. */
type Points = {
  readonly long: number;
  readonly short: number;
  readonly seasonal: number | undefined;
};
/** How far each of them leaves its range there. */
type Excesses = { readonly long: number; readonly short: number; readonly seasonal: number };

function curvesAt(scorer: SeriesScorer, at: number, value: number): Points {
  const usual = usualAt(scorer.season, at, scorer.interval);
  return {
    long: meanWith(scorer.recent, LONG, value),
    short: meanWith(scorer.recent, SHORT, value),
    seasonal: usual === undefined ? undefined : value - usual,
  };
}

function excessesAt({ long, short, seasonal }: SeriesScorer, next: Points): Excesses {
  return {
    long: excessOf(long.range, next.long),
    short: excessOf(short.range, next.short),
    seasonal: next.seasonal === undefined ? 0 : excessOf(seasonal.range, next.seasonal),
  };
}

function scoreOf({ long, short, seasonal }: SeriesScorer, excesses: Excesses): number {
  return (
    1 -
    calmOf(long, excesses.long, WEIGHTS.long) *
      calmOf(short, excesses.short, WEIGHTS.short) *
      calmOf(seasonal, excesses.seasonal, WEIGHTS.seasonal)
  );
}

/** How calm the curve is so far beyond its range, from 1 (within it) towards 0. */
function calmOf({ restless }: Curve, excess: number, weight: number): number {
  const strange = weight * excess;
  return 1 - strange / (strange + HALF + RESTLESS_WEIGHT * restless);
}

function takeIn(curve: Curve, value: number, excess: number): void {
  addToRange(curve.range, value);
  curve.restless =
    curve.restless * RESTLESS_DECAY + Math.min(excess, MAX_EXCESS) * (1 - RESTLESS_DECAY) * 100;
}

/** How far beyond the range's extremes, in robust standard deviations; 0 while there is no range yet. */
function excessOf(range: RangeSketch, value: number): number {
  if (range.count < WARM_UP) return 0;
  const highest = highestOf(range);
  const lowest = lowestOf(range);
  const beyond = Math.max(value - highest, lowest - value);
  if (beyond <= 0) return 0;
  const { middle, spread } = scaleOf(range);
  const reach = value > middle ? highest - middle : middle - lowest;
  return (
    beyond / Math.max(spread, LEAST_OF_EXTREME * reach, LEAST_OF_MIDDLE * Math.abs(middle), TINY)
  );
}

/** Mean of the value and the newest of the others, `last` in all. */
function meanWith(others: readonly number[], last: number, value: number): number {
  const from = Math.max(0, others.length - last + 1);
  let sum = value;
  for (let at = from; at < others.length; at += 1) sum += others[at] ?? 0;
  return sum / (others.length - from + 1);
}
