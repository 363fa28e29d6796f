/** A clock and waits that move only when the test says so. */
export type VirtualTime = {
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Every wait that was asked for, in order. */
  readonly waits: readonly number[];
  /** Passes the time, waking each sleeper at its moment and letting it act before the next. */
  readonly advance: (ms: number) => Promise<void>;
};

export function createVirtualTime(start: number): VirtualTime {
  let now = start;
  const waits: number[] = [];
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    waits,
    wait: (ms, signal) => {
      waits.push(ms);
      return new Promise((resolve, reject) => {
        const abort = () => reject(signal.reason);
        const wake = () => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
        sleepers.add({ at: now + ms, wake });
        signal.addEventListener('abort', abort, { once: true });
      });
    },
    advance: async (ms) => {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...sleepers].sort((a, b) => a.at - b.at);
        if (next === undefined || next.at > end) break;
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}

/** Lets everything that can go on without time go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
