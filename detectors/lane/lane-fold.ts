import type { Entry, EventOf } from '../../services/core/events/event.ts';
import type { DetectionPolicy } from '../detection-policy.ts';
import { findingEventOn } from '../finding-event.ts';
import { isJudged } from '../run-detectors.ts';
import { parseTime } from '../view/parse-time.ts';
import type { LaneDetector } from './lane-detector.ts';
import { createLaneMerge } from './lane-merge.ts';
import { laneFromJson, laneToJson } from './lane-snapshot.ts';
import { createLaneStep } from './lane-step.ts';
import { type LaneFact, laneFactOf } from './view/lane-fact.ts';
import { createLaneView, type LaneView } from './view/lane-view.ts';

/**
 * How long after its reception an event may lie in the log of events that were accepted, clocks that differ included.
 * What a shard brings is in order but for that.
 */
export const SLACK_MS = 2000;
/** How long a shard is waited for that has not yet taken in what was accepted. */
export const HOLD_MS = 10_000;
/** Facts that are held; beyond it entries stay in the ledger until some are released. */
const MAX_HELD = 100_000;
/** Entries that are read from one shard before another one is looked at. */
const CHUNK = 1000;
/** The ledger knows an id for 32 days: what was received longer ago must not raise anything again. */
const RAISE_MS = 30 * 24 * 3_600_000;

/** What was seen of the ledger at one moment. */
export type LaneLook = {
  /** When the look began. */
  readonly at: number;
  /** Shard → entries that it had afterwards. */
  readonly sizes: ReadonlyMap<number, number>;
  /** Shards to which something that was accepted was still on its way. */
  readonly unsettled: readonly number[];
};

export type LaneProgress = {
  readonly raised: readonly EventOf<'finding.raised'>[];
  /** Shard → entries that the ledger has and the lane has not judged. */
  readonly waiting: ReadonlyMap<number, number>;
  /** What to read from the ledger next; undefined when there is nothing until the next look. */
  readonly read: LaneRead | undefined;
  /** Entries taken and judged since the fold began: while it is the same, so is the state. */
  readonly steps: number;
  /** Entries among them that came after something that was received later had been judged. */
  readonly late: number;
};

type LaneRead = { readonly shard: number; readonly from: number; readonly to: number };

/** The lane over all shards: entries go in as they come, and findings come out in the one order of all shards. */
export type LaneFold = {
  /** Takes an entry that was asked for, when it is the next of its shard. */
  readonly take: (entry: Entry) => void;
  /** The same for one that came by itself, unless too much is held: then it is asked for in time. */
  readonly offer: (entry: Entry) => void;
  /**
   * Judges what no shard can bring anything before any more. `fedFrom` says for a shard from which entry on its
   * entries come by themselves.
   */
  readonly advance: (
    look: LaneLook,
    fedFrom?: (shard: number) => number | undefined,
  ) => LaneProgress;
  /** The state as text, for {@link createLaneFold}, and how many entries of all shards it holds. */
  readonly save: () => { readonly nextIndex: number; readonly state: string };
};

type SavedFold = {
  readonly lane: LaneView;
  /** Shard → entries below it are folded or held. */
  readonly next: Map<number, number>;
  /** Shard → latest reception seen. */
  readonly newest: Map<number, number>;
  readonly held: readonly LaneFact[];
};

/** Goes on from a saved state, or begins with the first entry of the ledger without one that can be read. */
export function createLaneFold(
  deps: {
    readonly detectors: readonly LaneDetector[];
    readonly policyOf: (project: string) => DetectionPolicy;
    readonly maxHeld?: number;
  },
  saved?: string,
): LaneFold {
  const { policyOf, maxHeld = MAX_HELD } = deps;
  const step = createLaneStep(deps.detectors);
  const { lane, next, newest, held } = (saved === undefined
    ? undefined
    : laneFromJson<SavedFold>(saved)) ?? {
    lane: createLaneView(),
    next: new Map<number, number>(),
    newest: new Map<number, number>(),
    held: [],
  };
  const merge = createLaneMerge(held);
  const nextOf = (shard: number) => next.get(shard) ?? 0;
  const newestOf = (shard: number) => newest.get(shard) ?? Number.NEGATIVE_INFINITY;
  let steps = 0;
  let late = 0;
  let judgedTo = Number.NEGATIVE_INFINITY;

  /** Up to which reception all entries of a shard are here. */
  const completeOf = (shard: number, { at, sizes, unsettled }: LaneLook): number => {
    const seen = newestOf(shard) - SLACK_MS;
    if (nextOf(shard) < (sizes.get(shard) ?? 0)) return seen;
    return unsettled.includes(shard) ? Math.max(seen, at - HOLD_MS) : at - SLACK_MS;
  };

  const judge = (watermark: number, oldest: number) => {
    const raised: EventOf<'finding.raised'>[] = [];
    for (const fact of merge.release(watermark)) {
      const { at, received } = fact;
      steps += 1;
      judgedTo = Math.max(judgedTo, received);
      for (const { project, finding } of step(lane, fact, policyOf)) {
        if (received < oldest) continue;
        const receivedtime = new Date(received).toISOString();
        raised.push(findingEventOn(finding, { project, at, receivedtime }));
      }
    }
    return raised;
  };

  const waitingIn = ({ sizes }: LaneLook) => {
    const waiting = new Map<number, number>();
    for (const [shard, size] of sizes) waiting.set(shard, Math.max(0, size - nextOf(shard)));
    for (const { ref } of merge.held()) waiting.set(ref.shard, (waiting.get(ref.shard) ?? 0) + 1);
    return waiting;
  };

  /** The slowest shard goes first, since all others wait for it; when too much is held, only it goes on. */
  const readNext = (
    { sizes }: LaneLook,
    fedFrom: (shard: number) => number | undefined,
  ): LaneRead | undefined => {
    const behind = [...sizes]
      .filter(([shard, size]) => nextOf(shard) < size)
      .sort(([one], [other]) => newestOf(one) - newestOf(other));
    const isFull = merge.held().length >= maxHeld;
    for (const [shard, size] of isFull ? behind.slice(0, 1) : behind) {
      const from = nextOf(shard);
      if (from < (fedFrom(shard) ?? size)) return { shard, from, to: Math.min(size, from + CHUNK) };
    }
    return undefined;
  };

  const take = ({ shard, index, event }: Entry): void => {
    if (index !== nextOf(shard)) return;
    steps += 1;
    next.set(shard, index + 1);
    const received = parseTime(event.receivedtime);
    newest.set(shard, Math.max(newestOf(shard), received));
    // That time has passed in one project says nothing across projects: the lane waits for nobody's explanation.
    if (!isJudged(event.type) || event.type === 'deadline.passed') return;
    if (received < judgedTo) late += 1;
    merge.hold(laneFactOf({ shard, index, event }));
  };

  return {
    take,
    offer: (entry) => {
      if (merge.held().length < maxHeld) take(entry);
    },
    advance: (look, fedFrom = () => undefined) => {
      const shards = [...look.sizes.keys(), ...look.unsettled];
      const complete = shards.map((shard) => completeOf(shard, look));
      const raised = judge(Math.min(look.at - SLACK_MS, ...complete), look.at - RAISE_MS);
      return { raised, waiting: waitingIn(look), read: readNext(look, fedFrom), steps, late };
    },
    save: () => {
      const state: SavedFold = { lane, next, newest, held: merge.held() };
      const nextIndex = [...next.values()].reduce((sum, index) => sum + index, 0);
      return { nextIndex, state: laneToJson(state) };
    },
  };
}
