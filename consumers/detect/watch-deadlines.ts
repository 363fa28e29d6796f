import { deadlineEvent } from '../../detectors/deadline-event.ts';
import type { Bus } from '../../services/bus/bus.ts';
import type { Clock } from '../../services/core/clock.ts';
import { errorName, FatalError } from '../../services/core/errors.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import type { Judging, Overdue } from './judging.ts';

/** Resolves after the milliseconds, or rejects when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export type DeadlineWatchDeps = {
  readonly bus: Pick<Bus, 'publish' | 'lag'>;
  readonly ledger: Pick<Ledger, 'size'>;
  readonly judging: Pick<Judging, 'overdue'>;
  /** Where events that were accepted wait for the ledger: a partition is a shard. */
  readonly intake: { readonly topic: string; readonly group: string };
  readonly clock: Clock;
  readonly wait: Wait;
  /** Opens the shards of this process to which nothing has come since it started. */
  readonly openQuiet: () => Promise<void>;
  readonly log: { readonly warn: (fields: object, message: string) => void };
  readonly onFatal: (error: Error) => void;
};

/** Looks whether time has passed for somebody. */
export type DeadlineWatch = { readonly stop: () => Promise<void> };

const LOOK_MS = 5_000;
/** What happened before a deadline may be under way so long. */
export const UNDER_WAY_MS = 60_000;
/** After a start: senders repeat what nobody took while the service was away. */
export const REPEATING_MS = 10 * 60_000;
/** Deadlines that are stated in one look, so that after a long absence they do not come in a flood: 240 a minute. */
export const MAX_A_LOOK = 20;

/**
 * States deadlines that have passed in projects to which nothing else comes: their entries bring the projects' clocks
 * forward, and the rules judge what only the passing of time shows. One is stated only when a rule has something to
 * say about it, and when everything that was accepted before has been judged; so a crash, a look of two processes or
 * the next look states it again at most under the same id, and an idle service writes nothing. An outage is told and
 * tried again.
 */
export function watchDeadlines(deps: DeadlineWatchDeps): DeadlineWatch {
  const { bus, ledger, judging, intake, clock, log } = deps;
  const startedAt = clock.now();
  const stopping = new AbortController();

  /** Sizes of the shards in which everything that was accepted by now is in the ledger. */
  const settledSizes = async (shards: readonly number[]): Promise<ReadonlyMap<number, number>> => {
    const lags = await bus.lag(intake.topic, intake.group);
    const unsettled = new Set(lags.filter(({ lag }) => lag > 0n).map(({ partition }) => partition));
    const sizes = new Map<number, number>();
    for (const shard of shards) {
      if (!unsettled.has(shard)) sizes.set(shard, await ledger.size(shard));
    }
    return sizes;
  };

  /** Asked twice: nobody is asked what is settled while no time is over, and the answer must be the settled one. */
  const overdueBy = async (now: number): Promise<readonly Overdue[]> => {
    const first = await judging.overdue(now);
    const shards = first.flatMap(({ shard, overdue }) => (overdue.length > 0 ? [shard] : []));
    if (shards.length === 0) return [];
    const sizes = await settledSizes(shards);
    return (await judging.overdue(now)).flatMap(({ shard, nextIndex, overdue }) =>
      nextIndex >= (sizes.get(shard) ?? Number.MAX_SAFE_INTEGER) ? overdue : [],
    );
  };

  const look = async (): Promise<void> => {
    const at = clock.now();
    if (at - startedAt < REPEATING_MS) return;
    await deps.openQuiet();
    const overdue = [...(await overdueBy(at - UNDER_WAY_MS))].sort(byDeadline).slice(0, MAX_A_LOOK);
    if (overdue.length === 0) return;
    const events = overdue.map(({ project, deadline }) => deadlineEvent(project, deadline, at));
    await bus.publish(TOPICS.events, events.map(toEventRecord));
  };

  const watch = async (): Promise<void> => {
    while (await isTime(deps.wait, stopping.signal)) {
      try {
        await look();
      } catch (error) {
        if (error instanceof FatalError) {
          deps.onFatal(error);
          return;
        }
        log.warn(
          { error: errorName(error) },
          'deadlines could not be looked at; it is tried again',
        );
      }
    }
  };

  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
}

/** Waits for the next look; false when there is none. */
async function isTime(wait: Wait, signal: AbortSignal): Promise<boolean> {
  await wait(LOOK_MS, signal).catch(() => {});
  return !signal.aborted;
}

function byDeadline(one: Overdue, other: Overdue): number {
  return one.deadline - other.deadline;
}
