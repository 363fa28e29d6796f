import { type DetectionPolicy, detectionPolicyFor } from '../../detectors/detection-policy.ts';
import { findingEvent } from '../../detectors/finding-event.ts';
import type { LaneDetector } from '../../detectors/lane/lane-detector.ts';
import {
  LANE_SNAPSHOT_FORMAT,
  laneFromJson,
  laneToJson,
} from '../../detectors/lane/lane-snapshot.ts';
import { createLaneStep } from '../../detectors/lane/lane-step.ts';
import { createLaneView, type LaneView } from '../../detectors/lane/view/lane-view.ts';
import { isJudged } from '../../detectors/run-detectors.ts';
import type { Governance } from '../../services/config/governance.ts';
import { utf8 } from '../../services/core/bytes.ts';
import type { Clock } from '../../services/core/clock.ts';
import type { Entry, EventOf } from '../../services/core/events/event.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import { createLaneMerge } from './lane-merge.ts';

/** Consumer name under which the ledger keeps the snapshots of the lane; they count for all shards together. */
export const LANE_SNAPSHOT_CONSUMER = 'lane';
const SNAPSHOT_SHARD = 0;

/**
 * How long an entry waits for what other shards received before it. From its reception to its place in the ledger an
 * event takes some tenths of a second; the rest is for clocks that differ and for a commit that is tried again.
 */
export const HOLD_MS = 10_000;
/** Entries that are read from one shard before another one is looked at. */
const CHUNK = 1000;
/** The ledger knows an id for 32 days: what was raised longer ago must not be raised again. */
const RAISE_MS = 30 * 24 * 3_600_000;

export type LaneFollowerDeps = {
  readonly ledger: Pick<Ledger, 'shards' | 'size' | 'scan' | 'saveSnapshot' | 'latestSnapshot'>;
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
  readonly detectors: readonly LaneDetector[];
  readonly clock: Clock;
  /** Resolves when the events are durable. */
  readonly publish: (events: readonly EventOf<'finding.raised'>[]) => Promise<void>;
};

/** The lane over all shards of the ledger. */
export type LaneFollower = {
  /** Takes an entry that is the next of its shard; any other is read from the ledger in time. */
  readonly offer: (entry: Entry) => void;
  /**
   * Reads what the ledger has, judges what has waited long enough, and resolves when the findings are durable. After a
   * failure nothing is lost: the next call goes on where this one stopped. One call at a time.
   */
  readonly advance: () => Promise<void>;
  /** Saves the state, unless nothing was read since; the next start goes on from there. */
  readonly save: () => Promise<void>;
  /** Entries read since the last snapshot. */
  readonly unsaved: () => number;
};

type SavedState = {
  readonly lane: LaneView;
  /** Shard → entries below it are folded or held. */
  readonly next: Map<number, number>;
  /** Shard → latest reception seen. */
  readonly newest: Map<number, number>;
  readonly held: readonly Entry[];
};

/** Opens the lane where its newest snapshot stands, else at the beginning of the ledger. */
export async function openLaneFollower(deps: LaneFollowerDeps): Promise<LaneFollower> {
  const { ledger, clock } = deps;
  const step = createLaneStep(deps.detectors);
  const { lane, next, newest, held } = (await restore(ledger)) ?? {
    lane: createLaneView(),
    next: new Map<number, number>(),
    newest: new Map<number, number>(),
    held: [],
  };
  const merge = createLaneMerge(held);
  const policies = new Map<string, DetectionPolicy>();
  let unpublished: EventOf<'finding.raised'>[] = [];
  let unsaved = 0;

  const policyOf = (project: string): DetectionPolicy => {
    const known = policies.get(project);
    if (known !== undefined) return known;
    const policy = detectionPolicyFor(deps.governance, project);
    policies.set(project, policy);
    return policy;
  };
  const nextOf = (shard: number) => next.get(shard) ?? 0;
  const newestOf = (shard: number) => newest.get(shard) ?? Number.NEGATIVE_INFINITY;

  const offer = (entry: Entry): void => {
    if (entry.index !== nextOf(entry.shard)) return;
    next.set(entry.shard, entry.index + 1);
    newest.set(entry.shard, Math.max(newestOf(entry.shard), receivedOf(entry)));
    unsaved += 1;
    if (isJudged(entry.event.type)) merge.hold(entry);
  };

  const judge = async (watermark: number): Promise<void> => {
    const oldest = clock.now() - RAISE_MS;
    for (const entry of merge.release(watermark)) {
      for (const { project, finding } of step(lane, entry, policyOf)) {
        if (receivedOf(entry) < oldest) continue;
        unpublished.push(findingEvent(finding, entry.event, project));
      }
    }
    if (unpublished.length === 0) return;
    await deps.publish(unpublished);
    unpublished = [];
  };

  return {
    offer,
    advance: async () => {
      const lookedAt = clock.now();
      const sizes = new Map<number, number>();
      for (const shard of await ledger.shards()) sizes.set(shard, await ledger.size(shard));
      for (;;) {
        const behind = [...sizes].filter(([shard, size]) => nextOf(shard) < size);
        // What is received from here on lies after the look; what was received before it is in the ledger by then.
        const moments = behind.map(([shard]) => newestOf(shard));
        await judge(Math.min(lookedAt, ...moments) - HOLD_MS);
        const [slowest] = behind.sort(([one], [other]) => newestOf(one) - newestOf(other));
        if (slowest === undefined) return;
        const [shard, size] = slowest;
        const from = nextOf(shard);
        for await (const { index, event } of ledger.scan(
          shard,
          from,
          Math.min(size, from + CHUNK),
        )) {
          offer({ shard, index, event });
        }
      }
    },
    save: async () => {
      // A snapshot promises that everything before it was published.
      if (unsaved === 0 || unpublished.length > 0) return;
      const reads = unsaved;
      const state: SavedState = { lane, next, newest, held: merge.held() };
      await ledger.saveSnapshot({
        consumer: LANE_SNAPSHOT_CONSUMER,
        shard: SNAPSHOT_SHARD,
        nextIndex: [...next.values()].reduce((sum, index) => sum + index, 0),
        format: LANE_SNAPSHOT_FORMAT,
        state: utf8(laneToJson(state)),
      });
      unsaved -= reads;
    },
    unsaved: () => unsaved,
  };
}

async function restore(ledger: LaneFollowerDeps['ledger']): Promise<SavedState | undefined> {
  const snapshot = await ledger.latestSnapshot(
    LANE_SNAPSHOT_CONSUMER,
    SNAPSHOT_SHARD,
    LANE_SNAPSHOT_FORMAT,
  );
  return snapshot && laneFromJson<SavedState>(Buffer.from(snapshot.state).toString('utf8'));
}

function receivedOf({ event }: Entry): number {
  return Date.parse(event.receivedtime);
}
