import type { Bus } from '../bus/bus.ts';
import type { GroupOfTopic } from './create-metrics.ts';

const QUIET_LOOKS = 3;
const LOOK_MS = 50;

/**
 * Waits until no group lags at several looks in a row: what one consumer states, another still has to read. Rejects
 * with the reason when a consumer has died meanwhile.
 */
export async function drainConsumers(deps: {
  readonly bus: Pick<Bus, 'lag'>;
  readonly groups: readonly GroupOfTopic[];
  readonly fatal: () => Error | undefined;
}): Promise<void> {
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    const fatal = deps.fatal();
    if (fatal !== undefined) throw fatal;
    const lags = await Promise.all(
      deps.groups.map(({ topic, group }) => deps.bus.lag(topic, group)),
    );
    quiet = lags.flat().every(({ lag }) => lag === 0n) ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
