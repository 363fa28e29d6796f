import { DAY } from '../limits.ts';
import type { AccessView, PrincipalView, ReadingView } from './access-view.ts';
import { addDistinct, clearDistinct, createDistinctCount, estimate } from './distinct-count.ts';

/** A peak that is not reached again fades by this share with each further day of reading. */
const FADING = 0.97;
/** How fast the project's usual day follows its readers, and where among them it stands. */
const LEARNING = 0.1;
const QUANTILE = 0.95;

export type Read = { readonly repository: string; readonly object: string; readonly bytes: number };

/** Folds one pull. Bytes count once an object, so that a class that pulls one image a thousand times reads little. */
export function learnReading(
  access: AccessView,
  principal: PrincipalView,
  read: Read,
  at: number,
): void {
  principal.reading ??= createReading(at);
  const { reading } = principal;
  if (at - reading.from >= DAY) closeWindow(access, reading, at);
  reading.pulls += 1;
  addDistinct(reading.repositories, read.repository);
  if (addDistinct(reading.digests, read.object)) reading.bytes += read.bytes;
}

function createReading(at: number): ReadingView {
  return {
    from: at,
    since: at,
    pulls: 0,
    bytes: 0,
    repositories: createDistinctCount(),
    digests: createDistinctCount(),
    days: 0,
    peakRepositories: 0,
    peakDigests: 0,
    peakBytes: 0,
  };
}

function closeWindow(access: AccessView, reading: ReadingView, at: number): void {
  const repositories = estimate(reading.repositories);
  const miss = repositories - access.usualReads;
  access.usualReads += LEARNING * miss * (miss > 0 ? QUANTILE : 1 - QUANTILE);
  reading.peakRepositories = Math.max(reading.peakRepositories * FADING, repositories);
  reading.peakDigests = Math.max(reading.peakDigests * FADING, estimate(reading.digests));
  reading.peakBytes = Math.max(reading.peakBytes * FADING, reading.bytes);
  reading.days += 1;
  reading.from = at;
  reading.pulls = 0;
  reading.bytes = 0;
  clearDistinct(reading.repositories);
  clearDistinct(reading.digests);
}
