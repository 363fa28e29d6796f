import type { Detector } from '../../detectors/detector.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';
import { VIEWS_SNAPSHOT } from '../../detectors/view/snapshot.ts';
import type { Bus, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import type { Governance } from '../../services/config/governance.ts';
import type { Clock } from '../../services/core/clock.ts';
import { FatalError } from '../../services/core/errors.ts';
import { readEntryRecord } from '../../services/core/events/entry-record.ts';
import type { Entry, EventOf } from '../../services/core/events/event.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import type { Disposition } from '../../services/core/finding.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import { openShardViews, type ShardViews } from './shard-views.ts';

export type DetectConsumerDeps = {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly ledger: Pick<Ledger, 'scan' | 'saveSnapshot' | 'latestSnapshot'>;
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
  readonly detectors: readonly Detector[];
  readonly clock: Clock;
  readonly log: DetectLog;
  readonly metrics: DetectMetrics;
  readonly onFatal: (error: Error) => void;
};

/** What is logged: shards, sizes and codes, never a payload. */
type DetectLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

type DetectMetrics = {
  /** Counts a finding that was published. */
  readonly finding: (rule: string, disposition: Disposition) => void;
};

export const DETECT_GROUP = 'provost-detect';

const SNAPSHOT_ENTRIES = 20_000;
const SNAPSHOT_MS = 5 * 60_000;

type Member = {
  readonly views: ShardViews;
  /** Findings that are folded into the views and not yet durable on the bus. */
  unpublished: EventOf<'finding.raised'>[];
  savedIndex: number;
  savedAt: number;
};

/**
 * Follows the ledger, one partition a shard, and raises what the detectors find. For each batch: 1. judge and fold its
 * entries, and from the ledger any that the topic skipped; 2. publish the findings (durable); 3. save a snapshot when
 * one is due; 4. acknowledge. A crash before 4 brings the batch again: the views are rebuilt up to its first entry,
 * the same findings come out under the same ids, and the ledger drops those that it has.
 */
export async function startDetectConsumer(deps: DetectConsumerDeps): Promise<Subscription> {
  const { bus, ledger, log } = deps;
  const step = createDetectStep(deps.detectors);
  const members = new Map<number, Member>();

  const memberOf = async (batch: RecordBatch, first: Entry): Promise<Member> => {
    const shard = batch.partition;
    const known = members.get(shard);
    if (known !== undefined) return known;
    const { heartbeat } = batch;
    const views = await openShardViews({ ...deps, step, heartbeat }, shard, first.index);
    const savedIndex = views.nextIndex();
    const member: Member = { views, unpublished: [], savedIndex, savedAt: deps.clock.now() };
    members.set(shard, member);
    log.info({ shard, nextIndex: savedIndex }, 'project views rebuilt');
    return member;
  };

  const save = async (member: Member): Promise<void> => {
    const { views } = member;
    const nextIndex = views.nextIndex();
    // A snapshot promises that everything before it was published.
    if (member.unpublished.length > 0 || nextIndex === member.savedIndex) return;
    member.savedAt = deps.clock.now();
    try {
      const state = views.toSnapshot();
      const { shard } = views;
      const format = VIEW_FORMAT;
      await ledger.saveSnapshot({ consumer: VIEWS_SNAPSHOT, shard, nextIndex, format, state });
      member.savedIndex = nextIndex;
    } catch (error) {
      // Only the next start gets slower; the entries themselves are safe in the ledger.
      log.warn({ shard: views.shard, error: nameOf(error) }, 'snapshot of the views not saved');
    }
  };

  const handler = async (batch: RecordBatch): Promise<void> => {
    const entries = batch.records.map(readOrStop);
    const first = entries[0];
    if (first === undefined) return;
    const member = await memberOf(batch, first);
    const { views } = member;
    for (const entry of entries) {
      if (entry.index > views.nextIndex()) {
        for await (const { shard, index, event } of ledger.scan(
          entry.shard,
          views.nextIndex(),
          entry.index,
        )) {
          member.unpublished.push(...views.judge({ shard, index, event }));
        }
      }
      member.unpublished.push(...views.judge(entry));
    }
    await publish(bus, member.unpublished);
    for (const { data } of member.unpublished) {
      deps.metrics.finding(data.finding.rule, data.finding.disposition);
    }
    member.unpublished = [];
    const isDue =
      views.nextIndex() - member.savedIndex >= SNAPSHOT_ENTRIES ||
      deps.clock.now() - member.savedAt >= SNAPSHOT_MS;
    if (isDue) await save(member);
  };

  const leave = async (shard: number): Promise<void> => {
    const member = members.get(shard);
    members.delete(shard);
    if (member !== undefined) await save(member);
  };

  const subscription = await bus.subscribe({
    topic: TOPICS.ledger,
    group: DETECT_GROUP,
    from: 'earliest',
    handler,
    onRevoked: leave,
    onFatal: deps.onFatal,
  });
  return {
    stop: async () => {
      await subscription.stop();
      for (const shard of [...members.keys()]) await leave(shard);
    },
  };
}

function readOrStop(record: RecordBatch['records'][number]): Entry {
  const entry = readEntryRecord(record);
  if (entry.ok) return entry.value;
  // The ledger wrote this topic: a record that does not read is a bug or a corrupt log.
  throw new FatalError('bus.corrupt-record', entry.problem.message);
}

async function publish(
  bus: Pick<Bus, 'publish'>,
  events: readonly EventOf<'finding.raised'>[],
): Promise<void> {
  if (events.length === 0) return;
  await bus.publish(TOPICS.events, events.map(toEventRecord));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
