import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readNabProfiles, readNabSeries, scoreNab } from '../../../bench/nab/score-nab.ts';
import {
  createSeriesScorer,
  HIGH,
  peekScore,
  scoreNext,
} from '../../../detectors/windows/anomaly-score.ts';

const HOUR = 3_600_000;
const NAB = resolve(process.env['PROVOST_VECTORS'] ?? '../shared/vectors', 'nab');

/** Hourly counts of an institute's days: busy at noon, quiet at night, half of it at weekends. */
function usualAmount(hour: number): number {
  const busy = 50 + 40 * Math.sin(((hour % 24) / 24) * 2 * Math.PI - Math.PI / 2);
  const weekend = hour % 168 >= 120 ? 0.5 : 1;
  return Math.round(busy * weekend + ((hour * 7) % 5));
}

function scorerAfter(hours: number) {
  const scorer = createSeriesScorer(HOUR);
  const scores = Array.from({ length: hours }, (_, hour) =>
    scoreNext(scorer, hour * HOUR, usualAmount(hour)),
  );
  return { scorer, scores };
}

test('calls ordinary weeks ordinary, with their nights and weekends', () => {
  const { scores } = scorerAfter(24 * 7 * 8);
  expect(scores.slice(24 * 7 * 2).filter((score) => score >= HIGH)).toEqual([]);
});

test('sees an hour that is unlike any, and says how unlike', () => {
  const { scorer } = scorerAfter(24 * 7 * 4);
  const at = 24 * 7 * 4 * HOUR;
  const score = (value: number) => peekScore(scorer, at, value);
  expect(score(usualAmount(24 * 7 * 4))).toBeLessThan(HIGH);
  expect(score(2000)).toBeGreaterThan(0.8);
  expect(score(2000)).toBeGreaterThan(score(200));
});

test('a look changes nothing', () => {
  const { scorer } = scorerAfter(500);
  const before = JSON.stringify(scorer, replaceMaps);
  peekScore(scorer, 500 * HOUR, 9999);
  expect(JSON.stringify(scorer, replaceMaps)).toBe(before);
});

test('a long series needs no more memory than a year of it', () => {
  const year = JSON.stringify(scorerAfter(24 * 365).scorer, replaceMaps).length;
  const three = JSON.stringify(scorerAfter(24 * 365 * 3).scorer, replaceMaps).length;
  expect(three).toBeLessThan(year * 1.1);
});

test('two series of the same numbers score the same', () => {
  expect(scorerAfter(1000).scores).toEqual(scorerAfter(1000).scores);
});

test('reaches its scores on the Numenta Anomaly Benchmark with one set of parameters', {
  timeout: 120_000,
}, (context) => {
  if (!existsSync(NAB)) context.skip(`no series under ${NAB}`);
  const series = readNabSeries(NAB);
  const scores = series.map(({ times, values }) => {
    const scorer = createSeriesScorer((times[1] ?? 0) - (times[0] ?? 0));
    return times.map((at, index) => scoreNext(scorer, at, values[index] ?? 0));
  });
  const { standard, reward_low_FP_rate: lowFp } = readNabProfiles(NAB);
  if (standard === undefined || lowFp === undefined) throw new Error('profiles are missing');
  expect(scoreNab(series, scores, standard).score).toBeGreaterThanOrEqual(70);
  expect(scoreNab(series, scores, lowFp).score).toBeGreaterThanOrEqual(62);
});

function replaceMaps(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}
