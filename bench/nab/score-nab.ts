import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A series of the Numenta Anomaly Benchmark with its labelled windows, as indexes of points. */
export type NabSeries = {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly windows: readonly { readonly from: number; readonly to: number }[];
};

/** Weights of a profile (NAB: config/profiles.json). */
export type NabProfile = {
  readonly tpWeight: number;
  readonly fpWeight: number;
  readonly fnWeight: number;
};

/** Reads the series that lie under `root`: data/, combined_windows.json. */
export function readNabSeries(root: string): readonly NabSeries[] {
  const labels: Record<string, [string, string][]> = JSON.parse(
    readFileSync(join(root, 'combined_windows.json'), 'utf8'),
  );
  return Object.entries(labels).map(([name, windows]) => {
    const lines = readFileSync(join(root, 'data', name), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1);
    const points = lines.map((line) => line.split(','));
    const times = points.map(([time = '']) => timeOf(time));
    const indexOf = new Map(times.map((time, index) => [time, index]));
    return {
      name,
      times,
      values: points.map(([, value]) => Number(value)),
      windows: windows.map(([from, to]) => ({
        from: indexOf.get(timeOf(from)) ?? 0,
        to: indexOf.get(timeOf(to)) ?? 0,
      })),
    };
  });
}

export function readNabProfiles(root: string): Readonly<Record<string, NabProfile>> {
  const profiles: Record<string, { CostMatrix: NabProfile }> = JSON.parse(
    readFileSync(join(root, 'profiles.json'), 'utf8'),
  );
  return Object.fromEntries(
    Object.entries(profiles).map(([name, { CostMatrix }]) => [name, CostMatrix]),
  );
}

type Weighed = { readonly score: number; readonly worth: number; readonly window: string };

/**
 * The NAB score of a profile, 0 for saying nothing and 100 for saying everything at once (Lavin & Ahmad 2015): each
 * window pays its best detection, more the earlier it comes; each detection elsewhere costs, more the further away. The
 * threshold is one for all series: the best for the profile, as the benchmark's optimiser finds it.
 */
export function scoreNab(
  series: readonly NabSeries[],
  scores: readonly (readonly number[])[],
  profile: NabProfile,
): { readonly score: number; readonly threshold: number } {
  const windows = series.reduce((sum, { windows: own }) => sum + own.length, 0);
  const points = series
    .flatMap((one, at) => weigh(one, scores[at] ?? [], profile))
    .sort((a, b) => b.score - a.score);
  const worst = -profile.fnWeight * windows;
  const bestOf = new Map<string, number>();
  let total = worst;
  let best = { total: worst, threshold: Number.POSITIVE_INFINITY };
  for (const [at, { score, worth, window }] of points.entries()) {
    if (score <= 0) break;
    if (window === '') {
      total += worth;
    } else {
      const before = bestOf.get(window) ?? -profile.fnWeight;
      if (worth > before) {
        bestOf.set(window, worth);
        total += worth - before;
      }
    }
    if (points[at + 1]?.score !== score && total > best.total) best = { total, threshold: score };
  }
  return {
    score: (100 * (best.total - worst)) / (windows - worst),
    threshold: best.threshold,
  };
}

/** What a detection at each point after the probation would be worth. */
function weigh(
  { name, times, windows }: NabSeries,
  scores: readonly number[],
  { tpWeight, fpWeight }: NabProfile,
): readonly Weighed[] {
  const probation = Math.min(Math.floor(0.15 * times.length), 0.15 * 5000);
  const weighed: Weighed[] = [];
  let last: NabSeries['windows'][number] | undefined;
  for (const index of times.keys()) {
    const window = windows.find(({ from, to }) => from <= index && index <= to);
    const previous = windows.findLast(({ to }) => to < index);
    if (window === undefined) last = previous;
    const width = (one: NabSeries['windows'][number]) => one.to - one.from + 1;
    const worth =
      window !== undefined
        ? (sigmoid(-(window.to - index + 1) / width(window)) * tpWeight) / sigmoid(-1)
        : last === undefined
          ? -fpWeight
          : sigmoid((index - last.to) / (width(last) - 1)) * fpWeight;
    if (index < probation) continue;
    weighed.push({
      score: scores[index] ?? 0,
      worth,
      window: window === undefined ? '' : `${name}|${window.from}`,
    });
  }
  return weighed;
}

/** NAB's scaled sigmoid: 1 far before, 0 at the end of the window, −1 far after it. */
function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}

function timeOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}
