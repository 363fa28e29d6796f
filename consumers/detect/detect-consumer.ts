import { VIEW_FORMAT } from '../../detectors/view/evolve.ts';
import { VIEWS_SNAPSHOT } from '../../detectors/view/snapshot.ts';
import type { Bus, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import { utf8 } from '../../services/core/bytes.ts';
import type { Clock } from '../../services/core/clock.ts';
import { errorName, FatalError } from '../../services/core/errors.ts';
import { readEntryIndex } from '../../services/core/events/entry-record.ts';
import type { Disposition } from '../../services/core/finding.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import type { EncodedEntry, Judged, Judging } from './judging.ts';

export type DetectConsumerDeps = {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly ledger: Pick<Ledger, 'scan' | 'saveSnapshot' | 'latestSnapshot'>;
  readonly judging: Judging;
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
const SCAN_ENTRIES = 1000;

type Member = {
  readonly shard: number;
  /** Entries below it are folded, and what they raised is in `unpublished` or durable on the bus. */
  nextIndex: number;
  /** What is folded into the views and not yet durable on the bus. */
  unpublished: Judged[];
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
  const { bus, ledger, log, judging } = deps;
  const members = new Map<number, Member>();

  /**
   * Rebuilds a shard's views up to `from`, the first entry that this consumer has not acknowledged: from the newest
   * snapshot, else from the beginning. What the entries before `from` raised was published then and is not said again;
   * a snapshot beyond `from` holds only entries whose findings were published, so it is simply taken.
   */
  const open = async (batch: RecordBatch, from: number): Promise<Member> => {
    const shard = batch.partition;
    const known = members.get(shard);
    if (known !== undefined) return known;
    const snapshot = await ledger.latestSnapshot(VIEWS_SNAPSHOT, shard, VIEW_FORMAT);
    const opened = await judging.open(shard, snapshot);
    await readLedger(shard, opened, from, async (entries) => {
      await judging.fold(shard, entries);
      await batch.heartbeat();
    });
    const nextIndex = Math.max(opened, from);
    const savedAt = deps.clock.now();
    const member: Member = { shard, nextIndex, unpublished: [], savedIndex: nextIndex, savedAt };
    members.set(shard, member);
    log.info({ shard, nextIndex }, 'project views rebuilt');
    return member;
  };

  const readLedger = async (
    shard: number,
    from: number,
    to: number,
    take: (entries: readonly EncodedEntry[]) => Promise<void>,
  ): Promise<void> => {
    let piece: EncodedEntry[] = [];
    for await (const { index, event } of ledger.scan(shard, from, to)) {
      piece.push({ index, value: utf8(JSON.stringify(event)) });
      if (piece.length < SCAN_ENTRIES) continue;
      await take(piece);
      piece = [];
    }
    if (piece.length > 0) await take(piece);
  };

  const judge = async (member: Member, entries: readonly EncodedEntry[]): Promise<void> => {
    member.unpublished.push(await judging.judge(member.shard, entries));
    member.nextIndex = Math.max(member.nextIndex, (entries.at(-1)?.index ?? -1) + 1);
  };

  const save = async (member: Member): Promise<void> => {
    const { shard, nextIndex } = member;
    // A snapshot promises that everything before it was published.
    if (member.unpublished.length > 0 || nextIndex === member.savedIndex) return;
    member.savedAt = deps.clock.now();
    try {
      const state = await judging.save(shard);
      const format = VIEW_FORMAT;
      await ledger.saveSnapshot({ consumer: VIEWS_SNAPSHOT, shard, nextIndex, format, state });
      member.savedIndex = nextIndex;
    } catch (error) {
      if (error instanceof FatalError) throw error;
      // Only the next start gets slower; the entries themselves are safe in the ledger.
      log.warn({ shard, error: errorName(error) }, 'snapshot of the views not saved');
    }
  };

  const handler = async (batch: RecordBatch): Promise<void> => {
    const entries = batch.records.map(encodedOrStop);
    const [first] = entries;
    if (first === undefined) return;
    const member = await open(batch, first.index);
    // The topic can only skip entries in front of a batch's first: records of one partition keep their order.
    for (const run of runsOf(entries, member.nextIndex)) {
      const [start] = run;
      if (start !== undefined && start.index > member.nextIndex) {
        await readLedger(member.shard, member.nextIndex, start.index, (missed) =>
          judge(member, missed),
        );
      }
      await judge(member, run);
    }
    await publish(deps, member.unpublished);
    member.unpublished = [];
    const isDue =
      member.nextIndex - member.savedIndex >= SNAPSHOT_ENTRIES ||
      deps.clock.now() - member.savedAt >= SNAPSHOT_MS;
    if (isDue) await save(member);
  };

  const leave = async (shard: number): Promise<void> => {
    const member = members.get(shard);
    members.delete(shard);
    if (member === undefined) return;
    await save(member);
    await judging.close(shard);
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
      await judging.stop();
    },
  };
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

async function publish(
  { bus, metrics }: Pick<DetectConsumerDeps, 'bus' | 'metrics'>,
  judged: readonly Judged[],
): Promise<void> {
  const records = judged.flatMap((one) => one.records);
  if (records.length === 0) return;
  await bus.publish(TOPICS.events, records);
  for (const { counts } of judged) {
    for (const { rule, disposition } of counts) metrics.finding(rule, disposition);
  }
}
