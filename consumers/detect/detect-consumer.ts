import { setTimeout } from 'node:timers/promises';
import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';
import { VIEWS_SNAPSHOT } from '../../detectors/view/snapshot.ts';
import type { Bus, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import { errorName, FatalError } from '../../services/core/errors.ts';
import { readEntryIndex } from '../../services/core/events/entry-record.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger, SnapshotOwner, SnapshotPart } from '../../services/ledger/ledger.ts';
import { acknowledgedShards } from './acknowledged-shards.ts';
import type { EncodedEntry, Judged, Judging } from './judging.ts';
import { type LaneLead, type LaneLeadDeps, startLaneLead } from './lane-lead.ts';
import { publishJudged } from './publish-judged.ts';
import { scanEncoded } from './scan-encoded.ts';
import { type Wait, watchDeadlines } from './watch-deadlines.ts';

export type DetectConsumerDeps = LaneLeadDeps & {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly ledger: Pick<Ledger, 'saveSnapshotParts' | 'snapshotParts'>;
  readonly judging: Judging;
  readonly log: DetectLog;
  /** Passes the time between two looks at the deadlines; the system's own timer when absent. */
  readonly wait?: Wait;
};

/** What is logged: shards, sizes and codes, never a payload. */
type DetectLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

export const DETECT_GROUP = 'provost-detect';

const SNAPSHOT_ENTRIES = 20_000;
const SNAPSHOT_MS = 5 * 60_000;
// Some ten milliseconds of judging that wait while the views are written.
const SNAPSHOT_SLICE_BYTES = 1024 * 1024;
/** The state is in the parts. */
const NOTHING = new Uint8Array();
/** Whoever is given this partition also runs the second lane: the group's assignment is the lease. */
const LANE_LEASE = 0;

type Member = {
  readonly shard: number;
  /** Entries below it are folded, and what they raised is in `unpublished` or durable on the bus. */
  nextIndex: number;
  /** What is folded into the views and not yet durable on the bus. */
  unpublished: Judged[];
  /** The snapshot reflects entries below it. */
  savedIndex: number;
  savedAt: number;
  /** What a snapshot that is under way has to reflect. */
  savingTo: number | undefined;
  /** Parts of the snapshot that could not be stored yet. */
  unstored: readonly SnapshotPart[];
};

/**
 * Follows the ledger, one partition a shard, and raises what the detectors find. For each batch: 1. judge and fold its
 * entries, and from the ledger any that the topic skipped; 2. publish the findings (durable); 3. save a slice of the
 * snapshot when one is due; 4. acknowledge. A crash before 4 brings the batch again: the views are rebuilt up to its
 * first entry, the same findings come out under the same ids, and the ledger drops those that it has. Exactly one member
 * of the group runs the second lane beside it.
 */
export async function startDetectConsumer(deps: DetectConsumerDeps): Promise<Subscription> {
  const { bus, ledger, log, judging } = deps;
  const assigned = new Set<number>();
  const members = new Map<number, Promise<Member>>();
  /** Whose turn it is: a batch that waits for its shard to be opened must not lose its place in the group. */
  const waiting = new Map<number, RecordBatch>();
  let lane: LaneLead | undefined;

  /**
   * Rebuilds a shard's views up to `from`, the first entry that this consumer has not acknowledged: from the newest
   * snapshot, else from the beginning. What the entries before `from` raised was published then and is not said again;
   * a snapshot beyond `from` holds only entries whose findings were published, so it is simply taken.
   */
  const rebuild = async (shard: number, from: number): Promise<Member> => {
    const opened = await restore(shard);
    await scanEncoded(ledger, { shard, from: opened, to: from }, async (entries) => {
      await judging.fold(shard, entries);
      await waiting.get(shard)?.heartbeat();
    });
    const nextIndex = Math.max(opened, from);
    log.info({ shard, nextIndex }, 'project views rebuilt');
    return {
      shard,
      nextIndex,
      unpublished: [],
      savedIndex: opened,
      savedAt: deps.clock.now(),
      savingTo: undefined,
      unstored: [],
    };
  };

  const open = (shard: number, from: number): Promise<Member> => {
    const known = members.get(shard);
    if (known !== undefined) return known;
    const opening = rebuild(shard, from);
    members.set(shard, opening);
    // An outage on opening is its caller's to report; the next attempt opens again.
    opening.catch(() => members.delete(shard));
    return opening;
  };

  /** Takes the shard's views from its snapshot, if all of it reads; resolves with the first entry to fold. */
  const restore = async (shard: number): Promise<number> => {
    const snapshot = await ledger.latestSnapshot(VIEWS_SNAPSHOT, shard, VIEW_FORMAT);
    await judging.open(shard, snapshot?.nextIndex ?? 0);
    if (snapshot === undefined) return 0;
    for await (const parts of ledger.snapshotParts(viewsOf(shard))) {
      if (await judging.restore(shard, parts)) continue;
      await judging.open(shard, 0);
      return 0;
    }
    return snapshot.nextIndex;
  };

  const judge = async (member: Member, entries: readonly EncodedEntry[]): Promise<void> => {
    member.unpublished.push(await judging.judge(member.shard, entries));
    member.nextIndex = Math.max(member.nextIndex, (entries.at(-1)?.index ?? -1) + 1);
  };

  /** Goes on with a snapshot; resolves with whether it is whole or cannot be had now. */
  const saveSlice = async (member: Member, savingTo: number): Promise<boolean> => {
    const { shard } = member;
    try {
      const { parts, reflected } = await judging.save(shard, SNAPSHOT_SLICE_BYTES);
      member.unstored = [...member.unstored, ...parts];
      await ledger.saveSnapshotParts(viewsOf(shard), member.unstored);
      member.unstored = [];
      if (reflected < savingTo) return false;
      await ledger.saveSnapshot({ ...viewsOf(shard), nextIndex: reflected, state: NOTHING });
      member.savedIndex = reflected;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      // Only the next start gets slower; the entries themselves are safe in the ledger.
      log.warn({ shard, error: errorName(error) }, 'snapshot of the views not saved');
    }
    return true;
  };

  /** Saves a slice of the snapshot that is due, or all that is left of it before a shard is left. */
  const save = async (member: Member, isLast: boolean): Promise<void> => {
    // A snapshot promises that everything before it was published.
    if (member.unpublished.length > 0 || member.nextIndex === member.savedIndex) return;
    const now = deps.clock.now();
    const isDue =
      member.nextIndex - member.savedIndex >= SNAPSHOT_ENTRIES ||
      now - member.savedAt >= SNAPSHOT_MS;
    if (isLast || (isDue && member.savingTo === undefined)) member.savingTo = member.nextIndex;
    while (member.savingTo !== undefined) {
      if (await saveSlice(member, member.savingTo)) {
        member.savingTo = undefined;
        member.savedAt = now;
      } else if (!isLast) return;
    }
  };

  const handler = async (batch: RecordBatch): Promise<void> => {
    const entries = batch.records.map(encodedOrStop);
    const [first] = entries;
    if (first === undefined) return;
    waiting.set(batch.partition, batch);
    const member = await open(batch.partition, first.index).finally(() => {
      waiting.delete(batch.partition);
    });
    // The topic can only skip entries in front of a batch's first: records of one partition keep their order.
    for (const run of runsOf(entries, member.nextIndex)) {
      const [start] = run;
      if (start !== undefined && start.index > member.nextIndex) {
        const gap = { shard: member.shard, from: member.nextIndex, to: start.index };
        await scanEncoded(ledger, gap, (missed) => judge(member, missed));
      }
      await judge(member, run);
    }
    await publishJudged(deps, member.unpublished);
    member.unpublished = [];
    await save(member, false);
  };

  const leaveLane = async (): Promise<void> => {
    const leaving = lane;
    lane = undefined;
    await leaving?.stop();
  };

  const leave = async (shard: number): Promise<void> => {
    if (shard === LANE_LEASE) await leaveLane();
    assigned.delete(shard);
    const member = await members.get(shard)?.catch(() => undefined);
    members.delete(shard);
    if (member === undefined) return;
    await save(member, true);
    await judging.close(shard);
  };

  const subscription = await bus.subscribe({
    topic: TOPICS.ledger,
    group: DETECT_GROUP,
    from: 'earliest',
    handler,
    onAssigned: async (shard) => {
      assigned.add(shard);
      if (shard === LANE_LEASE) lane ??= startLaneLead(deps);
    },
    onRevoked: leave,
    onFatal: deps.onFatal,
  });
  const deadlines = watchDeadlines({
    ...deps,
    wait: deps.wait ?? sleep,
    openQuiet: async () => {
      const unopened = [...assigned].filter((shard) => !members.has(shard));
      for (const [shard, size] of await acknowledgedShards(
        { ...deps, group: DETECT_GROUP },
        unopened,
      )) {
        // A batch that came meanwhile knows better where the acknowledged entries end.
        if (assigned.has(shard)) await open(shard, size);
      }
    },
  });
  return {
    stop: async () => {
      await deadlines.stop();
      await subscription.stop();
      await leaveLane();
      for (const shard of [...members.keys()]) await leave(shard);
      await judging.stop();
    },
  };
}

function viewsOf(shard: number): SnapshotOwner {
  return { consumer: VIEWS_SNAPSHOT, shard, format: VIEW_FORMAT };
}

/** Cuts a batch where entries are missing between two of its own. */
function runsOf(entries: readonly EncodedEntry[], nextIndex: number): readonly EncodedEntry[][] {
  const runs: EncodedEntry[][] = [];
  let expected = nextIndex;
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run === undefined || entry.index > expected) runs.push([entry]);
    else run.push(entry);
    expected = Math.max(expected, entry.index + 1);
  }
  return runs;
}

function encodedOrStop({ headers, value }: RecordBatch['records'][number]): EncodedEntry {
  const index = readEntryIndex(headers);
  if (index.ok) return { index: index.value, value };
  // The ledger wrote this topic: a record that does not read is a bug or a corrupt log.
  throw new FatalError('bus.corrupt-record', index.problem.message);
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal });
}
