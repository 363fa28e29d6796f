import type { Clock } from '../core/clock.ts';
import { ProvostError } from '../core/errors.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import type { NoteSigner } from '../core/note/signed-note.ts';
import { insertCheckpoint } from './clickhouse/checkpoint-rows.ts';
import type { ClickHouse } from './clickhouse/click-house.ts';
import { createRowBuffer, type RowBuffer } from './clickhouse/row-buffer.ts';
import { IDENTITY_WINDOW_MS } from './clickhouse/stored-identities.ts';
import { type Group, signGroup, storeGroup } from './commit-group.ts';
import type { AppendResult, ShardWriter, StoredCheckpoint } from './ledger.ts';
import type { LedgerMetrics } from './ledger-metrics.ts';
import { recoverShard } from './recover-shard.ts';
import { signCheckpoint } from './sign-checkpoint.ts';
import { createStager, type StagedEvent } from './stage-events.ts';

type ShardWriterOptions = {
  readonly clickHouse: ClickHouse;
  readonly shard: number;
  readonly signer: NoteSigner;
  /** Keys that may have signed the checkpoints so far (`name+id+base64`): the signer's and those before it. */
  readonly verifierKeys: readonly string[];
  /** Name of this ledger; its shards' checkpoints have it as the beginning of their origin line. */
  readonly origin: string;
  readonly clock: Clock;
  readonly metrics: LedgerMetrics;
};

const MAX_GROUP_ROWS = 10_000;
const WORTH_STORING_ROWS = 4_000;
const MAX_GROUP_BYTES = 16 * 1024 * 1024;
// One group collects, one is being stored, and the ones behind them wait for their signature.
const MAX_UNSIGNED_GROUPS = 2;
const LONGEST_TURN_MS = 5;
// A commit costs some 10 ms of fsync however small it is, and whoever waits for the disk waits for it, too. So the next
// small one is not begun before this long after the last; the first one after a quiet time is begun at once.
const PACE_MS = 100;
const PACED_ROWS = 1_000;
// The window of an event that waited up to a week on the bus is still in memory; older ones are looked up in storage.
const REMEMBERED_MS = IDENTITY_WINDOW_MS + 7 * 24 * 60 * 60 * 1000;

type Job = {
  readonly events: readonly ProvostEvent[];
  readonly staged: StagedEvent[];
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
};

/** A group, the keys of its entries and the batches whose last event is in it. */
type OpenGroup = Group & { readonly keys: string[]; readonly finishes: Job[]; blobBytes: number };

/**
 * Opens the only writer of a shard. It resolves when the shard is recovered and rejects with a `FatalError` when its
 * state cannot be explained.
 *
 * Appends are staged in order while the group before is being stored, and everything that was staged meanwhile
 * becomes the next group: one insert, one signature, however small the batches were. Groups are stored one after the
 * other and signed in the same order.
 *
 * A writer that met an outage is spent: what was under way and everything after it rejects, in order and with nothing
 * acknowledged, so that no later batch can overtake an earlier one. Open another; recovery finds out what was stored.
 */
export async function openShardWriter(options: ShardWriterOptions): Promise<ShardWriter> {
  const { clickHouse, shard, signer, origin, clock, metrics } = options;
  const receivedSince = clock.now() - REMEMBERED_MS;
  const recovered = await recoverShard({ ...options, receivedSince });
  const { tree, identities } = recovered;
  let checkpoint = recovered.checkpoint;
  if (tree.size() > (checkpoint?.size ?? 0)) {
    const tail = { shard, size: tree.size(), root: tree.root() };
    checkpoint = signCheckpoint(signer, origin, tail, clock.now());
    await insertCheckpoint(clickHouse, checkpoint);
  }
  const committed = () => checkpoint?.size ?? 0;
  const stager = createStager({ clickHouse, shard, tree, identities, committed });

  const queue: Job[] = [];
  const spareRows: RowBuffer[] = [];
  let open: OpenGroup | undefined;
  let staging = false;
  let storing = false;
  let signing: Promise<void> = Promise.resolve();
  let unsigned = 0;
  let storeStarted = Number.NEGATIVE_INFINITY;
  let pacing = false;
  let failure: unknown;
  /** Batches that were taken from the queue and are not settled. */
  const unsettled = new Set<Job>();
  let wakeStaging: () => void = () => {};

  const fail = (error: unknown): void => {
    if (failure !== undefined) return;
    failure = error;
    for (const job of [...unsettled, ...queue]) job.reject(error);
    unsettled.clear();
    queue.length = 0;
    open = undefined;
    wakeStaging();
  };

  const stageQueue = async (): Promise<void> => {
    if (staging) return;
    staging = true;
    try {
      let turnStarted = performance.now();
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        unsettled.add(job);
        identities.forgetBefore(clock.now() - REMEMBERED_MS);
        for (const event of await stager.identify(job.events)) {
          if (open !== undefined && isFull(open)) storeNext();
          if (open !== undefined && isFull(open)) {
            await new Promise<void>((resolve) => {
              wakeStaging = resolve;
            });
          } else if (performance.now() - turnStarted > LONGEST_TURN_MS) {
            // Lets a finished insert be noticed, and with it the next one begin.
            await new Promise((resolve) => setImmediate(resolve));
            turnStarted = performance.now();
          }
          if (failure !== undefined) return;
          open ??= createGroup(tree.size(), spareRows.pop() ?? createRowBuffer());
          addTo(open, job, stager.stage(event, open.rows));
        }
        if (failure !== undefined) return;
        open ??= createGroup(tree.size(), spareRows.pop() ?? createRowBuffer());
        open.finishes.push(job);
        storeNext();
      }
    } catch (error) {
      fail(error);
    } finally {
      staging = false;
    }
  };

  const storeNext = (): void => {
    const group = open;
    if (failure !== undefined || group === undefined || storing) return;
    if (unsigned >= MAX_UNSIGNED_GROUPS) return;
    // While more is waiting, a larger group costs less an entry; the end of the queue stores whatever there is.
    if (queue.length > 0 && group.entries.length < WORTH_STORING_ROWS) return;
    const early = storeStarted + PACE_MS - performance.now();
    if (early > 0 && group.entries.length < PACED_ROWS) {
      if (!pacing) setTimeout(storePaced, early);
      pacing = true;
      return;
    }
    storeStarted = performance.now();
    open = undefined;
    storing = true;
    unsigned++;
    // The tree holds exactly the entries up to the end of this group: the next event opens another.
    const tail = { shard, size: tree.size(), root: tree.root() };
    wakeStaging();
    const stored = store(group);
    signing = Promise.all([stored, signing]).then(async () => {
      if (group.entries.length > 0) {
        const started = clock.now();
        checkpoint = await signGroup(clickHouse, shard, group, () =>
          signCheckpoint(signer, origin, tail, clock.now()),
        );
        metrics.checkpointSeconds(shard, (clock.now() - started) / 1000);
      }
      unsigned--;
      settle(group);
      storeNext();
    });
    signing.catch(fail);
  };

  const storePaced = (): void => {
    pacing = false;
    storeNext();
  };

  const store = async (group: OpenGroup): Promise<void> => {
    if (group.entries.length > 0) {
      metrics.batchSize(shard, group.entries.length);
      const started = clock.now();
      await storeGroup(clickHouse, group);
      metrics.insertSeconds(shard, (clock.now() - started) / 1000);
    }
    group.rows.clear();
    spareRows.push(group.rows);
    storing = false;
    storeNext();
  };

  const settle = (group: OpenGroup): void => {
    for (const [at, entry] of group.entries.entries()) stager.forget(group.keys[at] ?? '', entry);
    metrics.accepted(shard, group.entries.length);
    for (const job of group.finishes) {
      unsettled.delete(job);
      const result = toResult(job.staged, checkpoint);
      metrics.duplicates(shard, result.duplicates.length);
      metrics.rejected(shard, result.refused.length);
      job.resolve(result);
    }
  };

  return {
    shard,
    size: committed,
    append: (events) => {
      if (failure !== undefined) return Promise.reject(spent(shard, failure));
      return new Promise((resolve, reject) => {
        queue.push({ events, staged: [], resolve, reject });
        stageQueue().catch(fail);
      });
    },
  };
}

function createGroup(first: number, rows: RowBuffer): OpenGroup {
  return { first, entries: [], keys: [], rows, blobs: [], tiles: [], finishes: [], blobBytes: 0 };
}

function isFull(group: OpenGroup): boolean {
  return (
    group.entries.length >= MAX_GROUP_ROWS ||
    group.rows.byteLength() + group.blobBytes >= MAX_GROUP_BYTES
  );
}

function addTo(group: OpenGroup, job: Job, staged: StagedEvent): void {
  job.staged.push(staged);
  if (staged.kind !== 'entry') return;
  group.entries.push(staged.entry);
  group.keys.push(staged.key);
  group.tiles.push(...staged.tiles);
  if (staged.blob === undefined) return;
  group.blobs.push(staged.blob);
  group.blobBytes += staged.blob.bytes.byteLength;
}

function toResult(
  staged: readonly StagedEvent[],
  checkpoint: StoredCheckpoint | undefined,
): AppendResult {
  return {
    entries: staged.flatMap((event) => (event.kind === 'entry' ? [event.entry] : [])),
    duplicates: staged.filter((event) => event.kind === 'duplicate'),
    refused: staged.filter((event) => event.kind === 'refused'),
    checkpoint,
  };
}

function spent(shard: number, failure: unknown): ProvostError {
  return new ProvostError(
    'ledger.unavailable',
    `the writer of shard ${shard} met an outage before; open another`,
    { cause: failure },
  );
}
