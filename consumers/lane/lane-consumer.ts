import type { LaneDetector } from '../../detectors/lane/lane-detector.ts';
import type { Bus, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import type { Governance } from '../../services/config/governance.ts';
import type { Clock } from '../../services/core/clock.ts';
import { errorName, FatalError } from '../../services/core/errors.ts';
import { readEntryRecord } from '../../services/core/events/entry-record.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import type { Disposition } from '../../services/core/finding.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import { type LaneFollower, openLaneFollower } from './lane-follower.ts';

export type LaneConsumerDeps = {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly ledger: Pick<Ledger, 'shards' | 'size' | 'scan' | 'saveSnapshot' | 'latestSnapshot'>;
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
  readonly detectors: readonly LaneDetector[];
  readonly clock: Clock;
  /** Logs codes and positions, never a payload. */
  readonly log: { readonly warn: (fields: object, message: string) => void };
  readonly metrics: { readonly finding: (rule: string, disposition: Disposition) => void };
  readonly onFatal: (error: Error) => void;
};

const LANE_GROUP = 'provost-lane';

/** Whoever is given this partition runs the lane: the group's assignment is the lease. */
const LEASE = 0;
const LOOK_MS = 1000;
const SNAPSHOT_ENTRIES = 20_000;
const SNAPSHOT_MS = 5 * 60_000;
const MIN_SNAPSHOT_MS = 60_000;

/** A running lane. */
type Lead = { readonly stop: () => Promise<void>; readonly offer: LaneFollower['offer'] };

/**
 * Runs the second lane in exactly one process of the group, over the entries of all shards. The ledger is what it
 * reads; the topic only saves it the reading of those shards that are delivered here anyway. So it acknowledges at
 * once: where it stands is in its snapshot, and after a crash the same findings come out under the same ids.
 */
export async function startLaneConsumer(deps: LaneConsumerDeps): Promise<Subscription> {
  let lead: Lead | undefined;

  const leave = async (partition: number): Promise<void> => {
    if (partition !== LEASE) return;
    const leaving = lead;
    lead = undefined;
    await leaving?.stop();
  };

  const subscription = await deps.bus.subscribe({
    topic: TOPICS.ledger,
    group: LANE_GROUP,
    from: 'latest',
    handler: async (batch) => {
      if (lead !== undefined) for (const entry of entriesOf(batch)) lead.offer(entry);
    },
    onAssigned: async (partition) => {
      if (partition === LEASE) lead ??= startLead(deps);
    },
    onRevoked: leave,
    onFatal: deps.onFatal,
  });
  return {
    stop: async () => {
      await subscription.stop();
      await leave(LEASE);
    },
  };
}

function entriesOf(batch: RecordBatch) {
  return batch.records.map((record) => {
    const entry = readEntryRecord(record);
    // The ledger wrote this topic: a record that does not read is a bug or a corrupt log.
    if (!entry.ok) throw new FatalError('bus.corrupt-record', entry.problem.message);
    return entry.value;
  });
}

/** Looks at the ledger again and again until it is stopped; an outage is told and tried again. */
function startLead(deps: LaneConsumerDeps): Lead {
  const { clock, log } = deps;
  let follower: LaneFollower | undefined;
  let savedAt = clock.now();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      follower ??= await openLaneFollower({ ...deps, publish: (events) => publish(deps, events) });
      await follower.advance();
      const since = clock.now() - savedAt;
      const isDue =
        since >= SNAPSHOT_MS ||
        (since >= MIN_SNAPSHOT_MS && follower.unsaved() >= SNAPSHOT_ENTRIES);
      if (isDue) {
        savedAt = clock.now();
        await follower.save();
      }
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
  next();

  return {
    offer: (entry) => follower?.offer(entry),
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
      try {
        await follower?.save();
      } catch (error) {
        // Only the next start gets slower; the entries themselves are safe in the ledger.
        log.warn({ error: errorName(error) }, 'snapshot of the second lane not saved');
      }
    },
  };
}

async function publish(
  { bus, metrics }: Pick<LaneConsumerDeps, 'bus' | 'metrics'>,
  events: Parameters<Parameters<typeof openLaneFollower>[0]['publish']>[0],
): Promise<void> {
  await bus.publish(TOPICS.events, events.map(toEventRecord));
  for (const { data } of events) metrics.finding(data.finding.rule, data.finding.disposition);
}
