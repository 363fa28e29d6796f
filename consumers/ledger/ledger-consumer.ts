import type { Bus, BusRecord, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import type { Clock } from '../../services/core/clock.ts';
import { ProvostError } from '../../services/core/errors.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { NoteSigner } from '../../services/core/note/signed-note.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { ClickHouse } from '../../services/ledger/clickhouse/click-house.ts';
import type { ShardWriter } from '../../services/ledger/ledger.ts';
import type { LedgerMetrics } from '../../services/ledger/ledger-metrics.ts';
import { openShardWriter } from '../../services/ledger/shard-writer.ts';
import { decodeRecord } from './decode-record.ts';
import { toLedgerRecords } from './ledger-records.ts';
import { publishRejection, type Rejection } from './rejection.ts';

export type LedgerConsumerDeps = {
  readonly bus: Pick<Bus, 'publish' | 'subscribe'>;
  readonly clickHouse: ClickHouse;
  /** Signer of a shard's checkpoints. */
  readonly signerFor: (shard: number) => NoteSigner;
  readonly origin: string;
  readonly clock: Clock;
  readonly log: LedgerLog;
  readonly metrics: LedgerMetrics;
  readonly onFatal: (error: Error) => void;
};

/** What is logged: shards, sizes and codes, never a payload. */
type LedgerLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
};

export const LEDGER_GROUP = 'provost-ledger';

const MAX_BATCH_RECORDS = 10_000;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/** Records that are decoded in one go; the next ones are decoded while these are being stored. */
const PIECE = 500;

/**
 * Owns the shards of its partitions and turns records into entries:
 * 1. decode a piece of the batch; 2. append it (stored, read back, signed); 3. publish the entries on
 * `provost.ledger`; 4. what is no entry becomes a dead letter and an `event.rejected`; 5. acknowledge the piece.
 * Steps 1 and 2 of the next piece do not wait for 3 to 5 of this one, which run in order.
 *
 * A crash before 5 brings the records again: the writer answers with the entries that they are already, and those
 * are published again, under the same index. After a failure the writer is given up and the next batch opens another.
 */
export async function startLedgerConsumer(deps: LedgerConsumerDeps): Promise<Subscription> {
  const { bus, log } = deps;
  const writers = new Map<number, Promise<ShardWriter>>();

  const writerOf = (shard: number): Promise<ShardWriter> => {
    const known = writers.get(shard);
    if (known !== undefined) return known;
    const opening = openShardWriter({ ...deps, shard, signer: deps.signerFor(shard) });
    writers.set(shard, opening);
    return opening.then((writer) => {
      log.info({ shard, size: writer.size() }, 'shard recovered');
      return writer;
    });
  };

  return bus.subscribe({
    topic: TOPICS.events,
    group: LEDGER_GROUP,
    from: 'earliest',
    maxBatchRecords: MAX_BATCH_RECORDS,
    maxBatchBytes: MAX_BATCH_BYTES,
    handler: async (batch) => {
      try {
        await commitBatch(deps, await writerOf(batch.partition), batch);
      } catch (error) {
        writers.delete(batch.partition);
        const code = error instanceof ProvostError ? error.code : undefined;
        log.warn({ shard: batch.partition, code }, 'batch not committed; it will come again');
        throw error;
      }
    },
    onRevoked: async (partition) => {
      writers.delete(partition);
    },
    onFatal: deps.onFatal,
  });
}

async function commitBatch(
  deps: LedgerConsumerDeps,
  writer: ShardWriter,
  batch: RecordBatch,
): Promise<void> {
  let finished: Promise<void> = Promise.resolve();
  let failed = false;
  for (let at = 0; at < batch.records.length && !failed; at += PIECE) {
    if (batch.signal.aborted) break;
    const piece = startPiece(writer, batch.records.slice(at, at + PIECE));
    const before = finished;
    finished = (async () => {
      // All of them settle before the batch does, even when an earlier one failed.
      const [, appended] = await Promise.allSettled([before, piece.appended]);
      await before;
      if (appended.status === 'rejected') throw appended.reason;
      await finishPiece(deps, batch, piece, appended.value);
    })();
    finished.catch(() => {
      failed = true;
    });
    // Between two pieces the insert of the one before can begin.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await finished;
  if (batch.signal.aborted) {
    throw new ProvostError(
      'bus.unavailable',
      'the partition was taken away in the middle of a batch',
    );
  }
}

type Piece = {
  readonly records: readonly BusRecord[];
  readonly recordOf: ReadonlyMap<ProvostEvent, BusRecord>;
  readonly rejections: readonly Rejection[];
  readonly appended: ReturnType<ShardWriter['append']>;
};

function startPiece(writer: ShardWriter, records: readonly BusRecord[]): Piece {
  const recordOf = new Map<ProvostEvent, BusRecord>();
  const rejections: Rejection[] = [];
  for (const record of records) {
    const event = decodeRecord(record);
    if (event.ok) recordOf.set(event.value, record);
    else rejections.push({ record, problem: event.problem, event: undefined });
  }
  return { records, recordOf, rejections, appended: writer.append([...recordOf.keys()]) };
}

async function finishPiece(
  { bus, metrics }: LedgerConsumerDeps,
  batch: RecordBatch,
  { records, recordOf, rejections }: Piece,
  result: Awaited<Piece['appended']>,
): Promise<void> {
  const toPublish = toLedgerRecords(batch.partition, result);
  if (toPublish.length > 0) await bus.publish(TOPICS.ledger, toPublish);
  for (const rejection of rejections) await publishRejection(bus, rejection);
  for (const { event, problem } of result.refused) {
    const record = recordOf.get(event);
    if (record !== undefined) await publishRejection(bus, { record, problem, event });
  }
  metrics.deadLetters(batch.partition, rejections.length + result.refused.length);
  metrics.rejected(batch.partition, rejections.length);
  await batch.heartbeat();
  const last = records.at(-1);
  if (last !== undefined) await batch.acknowledge(last.offset);
}
