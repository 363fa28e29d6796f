import { createSeriesScorer, scoreNext } from '../../windows/anomaly-score.ts';
import { setNewest } from '../bounded-map.ts';
import type { Learner } from '../learner.ts';
import { DAY, HOUR } from '../limits.ts';
import { volumeAmountsOf } from './volume-amounts.ts';
import { type HourSeries, MAX_SERIES } from './volume-view.ts';

/** Hours with fewer events are never judged, so a series that never had as many keeps no history. */
export const LEAST_EVENTS = 20;
/** An hour that was far above all others is forgotten in some hundred busy hours. */
const FADING = 0.995;
/** A longer silence is told to the scorer as this much of it. */
const LONGEST_SILENCE = 7 * DAY;

/** Counts the hour that is going on, and hands every hour that is over to the series' scorer. */
export const volumeLearner: Learner = {
  listensTo: [
    'artifact.pushed',
    'artifact.pulled',
    'artifact.deleted',
    'tag.moved',
    'tag.deleted',
    'package.published',
    'package.removed',
    'login.failed',
    'build.finished',
  ],
  learn: ({ volume }, { event }, at) => {
    const hour = at - (at % HOUR);
    for (const { key, amount } of volumeAmountsOf(event)) {
      const known = volume.series.get(key);
      const series = known ?? { hour, amount: 0, events: 0, most: 0 };
      // An event of an hour that is over already counts in the hour that is going on.
      if (hour > series.hour) closeHours(series, hour);
      series.amount += amount;
      series.events += 1;
      // Being the newest costs a deletion; it only matters once something must be forgotten.
      if (known === undefined || volume.series.size >= MAX_SERIES) {
        setNewest(volume.series, key, series, MAX_SERIES);
      }
    }
  },
};

function closeHours(series: HourSeries, hour: number): void {
  if (series.scorer === undefined && series.events >= LEAST_EVENTS) {
    series.scorer = createSeriesScorer(HOUR);
  }
  if (series.scorer !== undefined) {
    scoreNext(series.scorer, series.hour, series.amount);
    const silence = Math.max(series.hour + HOUR, hour - LONGEST_SILENCE);
    for (let empty = silence; empty < hour; empty += HOUR) scoreNext(series.scorer, empty, 0);
  }
  series.most = Math.max(series.most * FADING, series.amount);
  series.hour = hour;
  series.amount = 0;
  series.events = 0;
}
