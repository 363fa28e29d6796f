/** Attempts until a notification counts as failed: eight within about an hour. */
export const MAX_ATTEMPTS = 8;

const FIRST_MS = 25_000;
const JITTER = 0.2;
/** A receiver may ask for patience, within reason. */
const LONGEST_MS = 3_600_000;

/**
 * Milliseconds to wait after an attempt (the first is 1): 25 s, doubling, 20 % up or down by `random` (0 ≤ r < 1), and
 * never sooner than the receiver asked for.
 */
export function retryDelayMs(attempt: number, random: number, retryAfterMs = 0): number {
  const spread = 1 + JITTER * (2 * random - 1);
  const delay = FIRST_MS * 2 ** (attempt - 1) * spread;
  return Math.min(LONGEST_MS, Math.max(delay, retryAfterMs));
}
