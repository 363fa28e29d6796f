import type { Clock } from '../core/clock.ts';
import { errorName } from '../core/errors.ts';
import type { Alert, AlertsState } from './alert.ts';
import type { OutboxLog } from './delivery/outbox.ts';

/** An alert that is silent, and until when. */
export type Silence = { readonly alert: Alert; readonly until: number };

export type SilenceWatchDeps = {
  readonly state: AlertsState;
  readonly clock: Clock;
  /** Resolves after the milliseconds, or rejects when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** States that these suppressions are over; durable when it resolves, throws on an outage. */
  readonly tell: (ended: readonly Silence[]) => Promise<void>;
  readonly log: OutboxLog;
};

/** Waits for the end of suppressions. */
export type SilenceWatch = {
  /** Looks at the state again: a suppression may have come. Never blocks, never throws. */
  readonly look: () => void;
  readonly stop: () => void;
};

/** Timers reach 24 days and suppressions a year; and a clock that is set is noticed. */
const LONGEST_WAIT_MS = 3_600_000;
const OUTAGE_MS = 5_000;

/**
 * Tells of each suppression once when its time is over, and of those that ended while no process ran. The ledger drops
 * what it has heard before, so telling again after a crash is harmless.
 */
export function watchSilences({ state, clock, wait, tell, log }: SilenceWatchDeps): SilenceWatch {
  /** Alert → the end that was told: the state changes only when that has come back. */
  const told = new Map<string, number>();
  let sleeping = new AbortController();
  let stopped = false;

  const sleep = (ms: number): void => {
    sleeping.abort();
    sleeping = new AbortController();
    wait(ms, sleeping.signal).then(wake, () => {});
  };

  const wake = async (): Promise<void> => {
    const due = silences(state).filter(
      ({ alert, until }) => until <= clock.now() && told.get(alert.alertId) !== until,
    );
    try {
      if (due.length > 0) await tell(due);
    } catch (error) {
      log.warn({ err: errorName(error) }, 'the end of a suppression is told again');
      if (!stopped) sleep(OUTAGE_MS);
      return;
    }
    for (const { alert, until } of due) told.set(alert.alertId, until);
    look();
  };

  const look = (): void => {
    const ends = silences(state)
      .filter(({ alert, until }) => told.get(alert.alertId) !== until)
      .map(({ until }) => until);
    if (stopped || ends.length === 0) return;
    const ms = Math.min(...ends) - clock.now();
    sleep(Math.min(Math.max(ms, 0), LONGEST_WAIT_MS));
  };

  return {
    look,
    stop: () => {
      stopped = true;
      sleeping.abort();
    },
  };
}

function silences({ alerts }: AlertsState): readonly Silence[] {
  return [...alerts.values()].flatMap((alert) =>
    alert.status === 'suppressed' && alert.suppression !== undefined
      ? [{ alert, until: alert.suppression.until }]
      : [],
  );
}
