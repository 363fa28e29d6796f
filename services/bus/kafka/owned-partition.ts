import { FatalError } from '../../core/errors.ts';
import type { BusLog } from '../bus-log.ts';
import { retryDelayMs, sleepUnlessAborted } from '../retry-delay.ts';

/** A partition between its assignment and its revocation. */
export type OwnedPartition = {
  readonly partition: number;
  /** Aborted when the partition is being taken away. */
  readonly abort: AbortController;
  /** Resolves when `onAssigned` has succeeded or the partition is taken away; rejects with a FatalError. */
  readonly ready: Promise<void>;
  /** Handler calls that have failed in a row. */
  failures: number;
};

/** Begins the ownership, after the end of an earlier one; `onAssigned` is retried until it succeeds. */
export function takePartition(deps: {
  readonly partition: number;
  readonly after: Promise<void>;
  readonly onAssigned: ((partition: number) => Promise<void>) | undefined;
  readonly log: BusLog;
}): OwnedPartition {
  const { partition, after, onAssigned, log } = deps;
  const abort = new AbortController();

  async function assign(): Promise<void> {
    await after;
    for (let failures = 1; !abort.signal.aborted; failures += 1) {
      try {
        return await onAssigned?.(partition);
      } catch (err) {
        if (err instanceof FatalError) throw err;
        const delay = retryDelayMs(failures);
        log.warn({ partition, failures, delay, err }, "a consumer's assignment failed; will retry");
        await sleepUnlessAborted(delay, abort.signal);
      }
    }
  }

  return { partition, abort, ready: assign(), failures: 0 };
}
