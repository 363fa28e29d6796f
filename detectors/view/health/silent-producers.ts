import { DAY, HOUR } from '../limits.ts';
import type { HealthView, ProducerView } from './health-view.ts';

const STEADY_EVENTS = 50;
const STEADY_AGE = 14 * DAY;
/** A producer with longer pauses than this has no rhythm that a silence could break. */
const LONGEST_PAUSE = 4 * DAY;
const TIMES = 4;
const SHORTEST = 12 * HOUR;
/** The rest of the project goes on when it has sent so many events meanwhile. */
const GOES_ON = 30;

/** How long a pause of this producer may last; undefined while it has no rhythm. */
export function patienceWith(producer: ProducerView): number | undefined {
  if (producer.count < STEADY_EVENTS || producer.last - producer.first < STEADY_AGE) {
    return undefined;
  }
  const longest = Math.max(producer.longest, producer.longestBefore);
  return longest > LONGEST_PAUSE ? undefined : Math.max(SHORTEST, TIMES * longest);
}

/** Producers of a steady rhythm that have been silent for many times their usual pause, while others go on. */
export function silentProducers(
  health: HealthView,
  now: number,
  speaking: string,
): readonly (readonly [source: string, producer: ProducerView])[] {
  if (now < health.nextLook) return NONE;
  const silent: (readonly [string, ProducerView])[] = [];
  for (const [source, producer] of health.producers) {
    // Nearly all have spoken a moment ago.
    if (now - producer.last <= SHORTEST || producer.told || source === speaking) continue;
    if (health.events - producer.eventsThen < GOES_ON) continue;
    const patience = patienceWith(producer);
    if (patience === undefined || now - producer.last <= patience) continue;
    silent.push([source, producer]);
  }
  return silent;
}

/** The latest moment up to `now` at which a producer had been silent for too long; undefined when nobody has. */
export function lastSilence(health: HealthView, now: number): number | undefined {
  let last: number | undefined;
  for (const [, producer] of silentProducers(health, now, NOBODY)) {
    const over = producer.last + (patienceWith(producer) ?? 0) + 1;
    last = Math.max(last ?? health.nextLook, over);
  }
  return last;
}

/** No producer has an empty name. */
export const NOBODY = '';

const NONE: readonly (readonly [string, ProducerView])[] = [];

/** When to look again: never before the first patience ends, and not at every event while one is out. */
export function nextLook(health: HealthView, now: number): number {
  let next = now + DAY;
  for (const producer of health.producers.values()) {
    const patience = producer.told ? undefined : patienceWith(producer);
    if (patience !== undefined) next = Math.min(next, producer.last + patience);
  }
  return Math.max(next, now + HOUR);
}
