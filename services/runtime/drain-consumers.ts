import type { Bus } from '../bus/bus.ts';
import type { GroupOfTopic } from './create-metrics.ts';
import type { LaneLag } from './lane-lag.ts';

const QUIET_LOOKS = 3;
/** The lane holds an entry for at most some ten seconds, unless its clock went back. */
const MAX_STALLED_LOOKS = 600;
const LOOK_MS = 50;

/**
 * Waits until neither a group nor the second lane lags at several looks in a row: what one consumer states, another
 * still has to read. A lane that gets no further although the groups have nothing left is not waited for. Rejects with
 * the reason when a consumer has died meanwhile.
 */
export async function drainConsumers(deps: {
  readonly bus: Pick<Bus, 'lag'>;
  readonly groups: readonly GroupOfTopic[];
  readonly lane: Pick<LaneLag, 'read'>;
  readonly fatal: () => Error | undefined;
  readonly pause?: (milliseconds: number) => Promise<void>;
}): Promise<void> {
  const { pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) } =
    deps;
  let held = 0;
  let stalled = 0;
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    const fatal = deps.fatal();
    if (fatal !== undefined) throw fatal;
    const lags = await Promise.all(
      deps.groups.map(({ topic, group }) => deps.bus.lag(topic, group)),
    );
    const isRead = lags.flat().every(({ lag }) => lag === 0n);
    // After the groups: what they have just written is in the ledger by now.
    const waiting = isRead ? (await deps.lane.read()).reduce((sum, { lag }) => sum + lag, 0) : 0;
    stalled = waiting > 0 && waiting === held ? stalled + 1 : 0;
    held = waiting;
    quiet = isRead && (waiting === 0 || stalled > MAX_STALLED_LOOKS) ? quiet + 1 : 0;
    await pause(LOOK_MS);
  }
}
