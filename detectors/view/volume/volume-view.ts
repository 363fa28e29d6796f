import type { SeriesScorer } from '../../windows/anomaly-score.ts';

/** How much happens an hour: pushes, pulls, removals, bytes and failures of the project, its repositories and principals. */
export type VolumeView = {
  /** `kind\tsubject`, longest unchanged first; the subject is empty for the whole project. */
  readonly series: Map<string, HourSeries>;
};

/** One count an hour; hours without an event are zeros. */
export type HourSeries = {
  /** Start of the hour that is being counted, milliseconds since the epoch. */
  hour: number;
  amount: number;
  /** Events of this hour, where the amount is bytes. */
  events: number;
  /** Highest amount of an hour, fading. */
  most: number;
  /** Exists once the series has had an hour with enough events to be judged at all. */
  scorer?: SeriesScorer;
};

const VOLUME_KINDS = ['pushes', 'pulls', 'removals', 'bytes', 'failures'] as const;
export type VolumeKind = (typeof VOLUME_KINDS)[number];

/** Series a project; the one unchanged for longest is forgotten. */
export const MAX_SERIES = 128;

export function createVolumeView(): VolumeView {
  return { series: new Map() };
}
