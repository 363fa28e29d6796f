import { resolve } from 'node:path';
import { createSeriesScorer, scoreNext } from '../../detectors/windows/anomaly-score.ts';
import { type Measure, valueMeasure } from '../measure.ts';
import { readNabProfiles, readNabSeries, scoreNab } from './score-nab.ts';

const GOALS: Readonly<Record<string, number>> = { standard: 70, reward_low_FP_rate: 62 };

/** Scores the volume detector on the series of the Numenta Anomaly Benchmark, one parameter set for all of them. */
export async function* benchNab(): AsyncGenerator<Measure> {
  const root = resolve(process.env['PROVOST_VECTORS'] ?? '../shared/vectors', 'nab');
  const series = readNabSeries(root);
  const scores = series.map(({ times, values }) => {
    const scorer = createSeriesScorer((times[1] ?? 0) - (times[0] ?? 0));
    return times.map((at, index) => scoreNext(scorer, at, values[index] ?? 0));
  });
  const profiles = readNabProfiles(root);
  for (const [name, atLeast] of Object.entries(GOALS)) {
    const profile = profiles[name];
    if (profile === undefined) continue;
    const { score } = scoreNab(series, scores, profile);
    yield valueMeasure(`NAB, profile ${name}, ${series.length} series`, score, 'points', {
      atLeast,
    });
  }
}
