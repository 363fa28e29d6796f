import type { AccessView, PrincipalView, ReadingView } from '../view/access/access-view.ts';
import { estimate, isDistinct } from '../view/access/distinct-count.ts';
import type { Read } from '../view/access/learn-reading.ts';
import { DAY } from '../view/limits.ts';

/** What somebody read in a window of a day, with the entry at hand, and what is usual. */
export type Reading = {
  readonly from: number;
  readonly pulls: number;
  readonly repositories: number;
  readonly digests: number;
  readonly bytes: number;
  /** The most of an earlier window, slowly fading. */
  readonly peak: {
    readonly repositories: number;
    readonly digests: number;
    readonly bytes: number;
  };
  readonly days: number;
  /** How many times over the limit: 0 is within, and each further one is four times as much. */
  readonly step: number;
  readonly stepBefore: number;
  readonly own: boolean;
};

const OWN = { days: 4, age: 7 * DAY };
const YOUNG = 14 * DAY;
const GIGABYTE = 1e9;

/** The window that the read falls into, or undefined where nothing can be expected yet. */
export function readingOf(
  access: AccessView,
  principal: PrincipalView | undefined,
  read: Read,
  at: number,
): Reading | undefined {
  const known = principal?.reading;
  if (known === undefined) return undefined;
  // A new window begins with one read, which is never too much.
  if (at - known.from >= DAY) return undefined;
  const own = known.days >= OWN.days && at - known.since >= OWN.age;
  if (!own && at - access.readsSince < YOUNG) return undefined;
  const newRepository = isDistinct(known.repositories, read.repository) ? 1 : 0;
  const newDigest = isDistinct(known.digests, read.object) ? 1 : 0;
  if (newRepository + newDigest === 0) return undefined;
  const before = countsOf(known, 0, 0, 0);
  const after = countsOf(known, newRepository, newDigest, newDigest * read.bytes);
  const limits = limitsOf(known, own ? 0 : access.usualReads, own);
  return {
    from: known.from,
    pulls: known.pulls + 1,
    ...after,
    peak: {
      repositories: Math.round(known.peakRepositories),
      digests: Math.round(known.peakDigests),
      bytes: Math.round(known.peakBytes),
    },
    days: known.days,
    step: stepOf(after, limits),
    stepBefore: stepOf(before, limits),
    own,
  };
}

type Counts = { readonly repositories: number; readonly digests: number; readonly bytes: number };

function countsOf(
  reading: ReadingView,
  repositories: number,
  digests: number,
  bytes: number,
): Counts {
  return {
    repositories: estimate(reading.repositories, repositories),
    digests: estimate(reading.digests, digests),
    bytes: reading.bytes + bytes,
  };
}

/** Low counts vary by their nature: the floors are what a person may look through in a day without anybody asking. */
function limitsOf(reading: ReadingView, usual: number, own: boolean): Counts {
  if (!own) {
    return {
      repositories: Math.max(15, 4 * usual, 3 * reading.peakRepositories),
      digests: Math.max(150, 20 * usual, 4 * reading.peakDigests),
      bytes: Number.MAX_SAFE_INTEGER,
    };
  }
  return {
    repositories: Math.max(12, 3 * reading.peakRepositories),
    digests: Math.max(60, 4 * reading.peakDigests),
    bytes: Math.max(200 * GIGABYTE, 8 * reading.peakBytes),
  };
}

function stepOf(counts: Counts, limits: Counts): number {
  const times = Math.max(
    counts.repositories / limits.repositories,
    counts.digests / limits.digests,
    counts.bytes / limits.bytes,
  );
  return times < 1 ? 0 : 1 + Math.floor(Math.log(times) / Math.log(4) + 1e-9);
}
