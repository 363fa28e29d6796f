import type { Bus, BusRecord, RecordBatch, Subscription } from '../../services/bus/bus.ts';
import type { Clock } from '../../services/core/clock.ts';
import { ProvostError } from '../../services/core/errors.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { NoteSigner } from '../../services/core/note/signed-note.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { ClickHouse } from '../../services/ledger/clickhouse/click-house.ts';
import type { AppendResult, ShardWriter } from '../../services/ledger/ledger.ts';
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
  /** Keys that may have signed the checkpoints so far: the signers' and those before them. */
  readonly verifierKeys: readonly string[];
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
/** Two commits of full size, so that one is published while the other is stored. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** Records that are decoded in one go; the next ones are decoded while these are being stored. */
const PIECE = 500;

/**
 * Owns the shards of its partitions and turns records into entries:
 * 1. decode a piece of the batch; 2. append it (stored, read back, signed); 3. publish the entries on
 * `provost.ledger`; 4. what is no entry becomes a dead letter and an `event.rejected`; 5. acknowledge the piece.
 * Steps 1 and 2 of the next pieces do not wait for 3 to 5 of this one, which run in order, for all pieces at once
 * that one commit has covered.
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
  const pieces: Piece[] = [];
  const unfinished: Piece[] = [];
  let finished: Promise<void> = Promise.resolve();
  let failed = false;
  for (let at = 0; at < batch.records.length && !failed; at += PIECE) {
    if (batch.signal.aborted) break;
    const piece = startPiece(writer, batch.records.slice(at, at + PIECE));
    pieces.push(piece);
    unfinished.push(piece);
    finished = finished.then(() => finishAppended(deps, batch, unfinished));
    finished.catch(() => {
      failed = true;
    });
    // Between two pieces the insert of the one before can begin.
    await new Promise((resolve) => setImmediate(resolve));
    await batch.heartbeat();
  }
  // All of them settle before the batch does, even when an earlier one failed.
  await Promise.allSettled(pieces.map(({ appended }) => appended));
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
  readonly appended: Promise<AppendResult>;
  /** What {@link Piece.appended} gave, once it has. */
  result: AppendResult | undefined;
};

function startPiece(writer: ShardWriter, records: readonly BusRecord[]): Piece {
  const recordOf = new Map<ProvostEvent, BusRecord>();
  const rejections: Rejection[] = [];
  for (const record of records) {
    const event = decodeRecord(record);
    if (event.ok) recordOf.set(event.value, record);
    else rejections.push({ record, problem: event.problem, event: undefined });
  }
  const appended = writer.append([...recordOf.keys()]);
  const piece: Piece = { records, recordOf, rejections, appended, result: undefined };
  appended.then(
    (result) => {
      piece.result = result;
    },
    () => {},
  );
  return piece;
}

/** Finishes the oldest piece once it is appended, and in the same go those behind it that are appended by then. */
async function finishAppended(
  deps: LedgerConsumerDeps,
  batch: RecordBatch,
  unfinished: Piece[],
): Promise<void> {
  const oldest = unfinished[0];
  // Finished together with one before it.
  if (oldest === undefined) return;
  await oldest.appended;
  const waiting = unfinished.findIndex(({ result }) => result === undefined);
  await finishPieces(deps, batch, unfinished.splice(0, waiting < 0 ? unfinished.length : waiting));
}

async function finishPieces(
  { bus, metrics }: LedgerConsumerDeps,
  batch: RecordBatch,
  pieces: readonly Piece[],
): Promise<void> {
  const toPublish = toLedgerRecords(batch.partition, {
    entries: pieces.flatMap(({ result }) => result?.entries ?? []),
    duplicates: pieces.flatMap(({ result }) => result?.duplicates ?? []),
  });
  if (toPublish.length > 0) await bus.publish(TOPICS.ledger, toPublish);
  const rejections = pieces.flatMap((piece) => piece.rejections);
  const refusals = pieces.flatMap(refusalsOf);
  for (const rejection of [...rejections, ...refusals]) await publishRejection(bus, rejection);
  metrics.deadLetters(batch.partition, rejections.length + refusals.length);
  metrics.rejected(batch.partition, rejections.length);
  await batch.heartbeat();
  const last = pieces.at(-1)?.records.at(-1);
  if (last !== undefined) await batch.acknowledge(last.offset);
}

function refusalsOf({ result, recordOf }: Piece): readonly Rejection[] {
  return (result?.refused ?? []).flatMap(({ event, problem }) => {
    const record = recordOf.get(event);
    return record === undefined ? [] : [{ record, problem, event }];
  });
}
