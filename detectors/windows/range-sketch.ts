import { quantileSorted } from 'simple-statistics';

/**
 * What the last {@link RANGE_POINTS} or so numbers of a series looked like, in bounded memory: the extremes of
 * {@link BLOCKS} stretches and an evenly spaced sample. Plain data, so that a snapshot holds it.
 */
export type RangeSketch = {
  /** Highest and lowest number of each stretch, oldest first. */
  highs: number[];
  lows: number[];
  /** Numbers in the newest stretch. */
  filled: number;
  count: number;
  /** Every so many numbers one is kept. */
  stride: number;
  sample: number[];
};

const RANGE_POINTS = 4000;
const BLOCKS = 32;
const SAMPLE = 64;
const PER_BLOCK = RANGE_POINTS / BLOCKS;

export function createRangeSketch(): RangeSketch {
  return { highs: [], lows: [], filled: 0, count: 0, stride: 1, sample: [] };
}

export function addToRange(sketch: RangeSketch, value: number): void {
  const newest = sketch.highs.length - 1;
  if (sketch.filled === 0) {
    sketch.highs.push(value);
    sketch.lows.push(value);
    if (sketch.highs.length > BLOCKS) {
      sketch.highs.shift();
      sketch.lows.shift();
    }
  } else {
    sketch.highs[newest] = Math.max(sketch.highs[newest] ?? value, value);
    sketch.lows[newest] = Math.min(sketch.lows[newest] ?? value, value);
  }
  sketch.filled = (sketch.filled + 1) % PER_BLOCK;
  if (sketch.count % sketch.stride === 0) keepInSample(sketch, value);
  sketch.count += 1;
}

/** While the sample does not span the range, every second one goes and the stride doubles; then the oldest goes. */
function keepInSample(sketch: RangeSketch, value: number): void {
  sketch.sample.push(value);
  if (sketch.sample.length <= SAMPLE) return;
  if (sketch.stride * SAMPLE < RANGE_POINTS) {
    sketch.sample = sketch.sample.filter((_, at) => at % 2 === 0);
    sketch.stride *= 2;
  } else {
    sketch.sample.shift();
  }
}

/** What the series' middle and spread are: the median, and a robust standard deviation from the 5–95 % range. */
export function scaleOf(sketch: RangeSketch): { readonly middle: number; readonly spread: number } {
  const sorted = [...sketch.sample].sort((a, b) => a - b);
  return {
    middle: quantileSorted(sorted, 0.5),
    // The 5 % and 95 % quantiles of a normal distribution lie 3.29 standard deviations apart.
    spread: (quantileSorted(sorted, 0.95) - quantileSorted(sorted, 0.05)) / 3.29,
  };
}

export function highestOf(sketch: RangeSketch): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const high of sketch.highs) if (high > highest) highest = high;
  return highest;
}

export function lowestOf(sketch: RangeSketch): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const low of sketch.lows) if (low < lowest) lowest = low;
  return lowest;
}
