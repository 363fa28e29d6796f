import { LANE_SNAPSHOT_FORMAT } from '../../detectors/lane/lane-snapshot.ts';
import type { Bus } from '../../services/bus/bus.ts';
import type { Clock } from '../../services/core/clock.ts';
import { errorName, FatalError } from '../../services/core/errors.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import type { Judged, LaneJudging } from './judging.ts';
import { type PublishDeps, publishJudged } from './publish-judged.ts';
import { scanEncoded } from './scan-encoded.ts';

export type LaneLeadDeps = {
  readonly bus: Pick<Bus, 'publish' | 'lag'>;
  readonly ledger: Pick<Ledger, 'shards' | 'size' | 'scan' | 'saveSnapshot' | 'latestSnapshot'>;
  readonly judging: LaneJudging;
  /** Where events that were accepted wait for the ledger: a partition is a shard. */
  readonly intake: { readonly topic: string; readonly group: string };
  readonly clock: Clock;
  /** Logs codes and positions, never a payload. */
  readonly log: { readonly warn: (fields: object, message: string) => void };
  readonly metrics: PublishDeps['metrics'] & {
    /** Where the lane stands after each step; undefined when another process runs it. */
    readonly laneWaiting: (position: LanePosition | undefined) => void;
    /** Counts entries that reached the lane after later ones had been judged. */
    readonly laneLate: (count: number) => void;
  };
  readonly onFatal: (error: Error) => void;
};

/** Entries that wait for the lane, by shard, of those that the ledger had at its last look; what it raised is published. */
export type LanePosition = {
  readonly waiting: ReadonlyMap<number, number>;
  readonly sizes: ReadonlyMap<number, number>;
};

/** A running lane. */
export type LaneLead = { readonly stop: () => Promise<void> };

/** Consumer name under which the ledger keeps the snapshots of the lane; they count for all shards together. */
export const LANE_SNAPSHOT_CONSUMER = 'lane';
const SNAPSHOT_SHARD = 0;
const LOOK_MS = 1000;
/** Reading an entry is a step, and judging it another. */
const SNAPSHOT_STEPS = 40_000;
const SNAPSHOT_MS = 5 * 60_000;
const MIN_SNAPSHOT_MS = 60_000;

/**
 * Runs the second lane: looks at the ledger again and again, has the lane judge what no shard can bring anything before
 * any more, and publishes what it raises. Where it stands is in its snapshot alone: after a crash it goes on from
 * there, the same findings come out under the same ids, and the ledger drops those that it has. An outage is told and
 * tried again.
 */
export function startLaneLead(deps: LaneLeadDeps): LaneLead {
  const { bus, ledger, judging, clock, log, metrics } = deps;
  let unpublished: Judged[] = [];
  let isOpen = false;
  let steps = 0;
  let savedSteps = 0;
  let late = 0;
  let savedAt = clock.now();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const open = async (): Promise<void> => {
    const snapshot = await ledger.latestSnapshot(
      LANE_SNAPSHOT_CONSUMER,
      SNAPSHOT_SHARD,
      LANE_SNAPSHOT_FORMAT,
    );
    await judging.openLane(snapshot);
    isOpen = true;
  };

  /** What was accepted before the look lies in the ledger by then, or its shard counts as not settled. */
  const lookAround = async () => {
    const at = clock.now();
    const lags = await bus.lag(deps.intake.topic, deps.intake.group);
    const unsettled = lags.filter(({ lag }) => lag > 0n).map(({ partition }) => partition);
    const sizes = new Map<number, number>();
    for (const shard of await ledger.shards()) sizes.set(shard, await ledger.size(shard));
    return { at, sizes, unsettled };
  };

  const publish = async (): Promise<void> => {
    await publishJudged(deps, unpublished);
    unpublished = [];
  };

  const advance = async (): Promise<void> => {
    if (!isOpen) await open();
    await publish();
    const seen = await lookAround();
    while (!stopped) {
      const step = await judging.advanceLane(seen);
      const { read } = step;
      unpublished.push(step.judged);
      steps = step.steps;
      await publish();
      metrics.laneWaiting({ waiting: step.waiting, sizes: seen.sizes });
      metrics.laneLate(step.late - late);
      late = step.late;
      if (read === undefined) return;
      await scanEncoded(ledger, read, (entries) => judging.readLane(read.shard, entries));
    }
  };

  const save = async (): Promise<void> => {
    // A snapshot promises that everything before it was published.
    if (unpublished.length > 0 || steps === savedSteps) return;
    savedAt = clock.now();
    await ledger.saveSnapshot({
      ...(await judging.saveLane()),
      consumer: LANE_SNAPSHOT_CONSUMER,
      shard: SNAPSHOT_SHARD,
      format: LANE_SNAPSHOT_FORMAT,
    });
    savedSteps = steps;
  };

  const look = async (): Promise<void> => {
    try {
      await advance();
      const since = clock.now() - savedAt;
      const isDue =
        since >= SNAPSHOT_MS || (since >= MIN_SNAPSHOT_MS && steps - savedSteps >= SNAPSHOT_STEPS);
      if (isDue) await save();
    } catch (error) {
      if (error instanceof FatalError) {
        stopped = true;
        deps.onFatal(error);
        return;
      }
      log.warn({ error: errorName(error) }, 'the second lane could not go on; it tries again');
    }
    if (!stopped) timer = setTimeout(next, LOOK_MS);
  };
  const next = (): void => {
    looking = look();
  };
  // Before the first look everything waits.
  metrics.laneWaiting({ waiting: new Map(), sizes: new Map() });
  next();

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
      try {
        await save();
      } catch (error) {
        // Only the next start gets slower; the entries themselves are safe in the ledger.
        log.warn({ error: errorName(error) }, 'snapshot of the second lane not saved');
      }
      await judging.closeLane();
      metrics.laneWaiting(undefined);
    },
  };
}
