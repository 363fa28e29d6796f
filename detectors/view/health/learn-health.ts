import { audienceOf, EVENT_TYPES } from '../../../services/core/events/catalogue.ts';
import type { Entry, EventOf } from '../../../services/core/events/event.ts';
import { observe } from '../../windows/bit-window.ts';
import { setBounded, setNewest } from '../bounded-map.ts';
import { refOf } from '../entry-facts.ts';
import type { Learner } from '../learner.ts';
import { DAY } from '../limits.ts';
import type { ProjectView } from '../project-view.ts';
import {
  type HealthView,
  MAX_CHECKPOINTS,
  MAX_PRODUCERS,
  MAX_SHARDS,
  type ProducerView,
} from './health-view.ts';
import { sequenceOf } from './sequence-of.ts';
import { NOBODY, nextLook, silentProducers } from './silent-producers.ts';

const PERIOD = 28 * DAY;

/** Types that producers send; what people decide has no rhythm. */
export const PRODUCED = EVENT_TYPES.filter((type) => audienceOf(type) === 'source');

/** The rhythm of the producers, and the checkpoints that were handed out. */
export const healthLearner: Learner = {
  listensTo: [...PRODUCED, 'checkpoint.published', 'deadline.passed'],
  learn: (view, entry, at) => {
    const { event } = entry;
    if (event.type === 'checkpoint.published') learnCheckpoint(view, { ...entry, event });
    else if (event.type === 'deadline.passed') learnSilences(view, NOBODY);
    else learnProducer(view, entry, at);
  },
};

function learnSilences({ health, now }: ProjectView, speaking: string): void {
  if (now < health.nextLook) return;
  for (const [, silent] of silentProducers(health, now, speaking)) silent.told = true;
  health.nextLook = nextLook(health, now);
}

function learnProducer(view: ProjectView, entry: Entry, at: number): void {
  const { health } = view;
  const { event } = entry;
  learnSilences(view, event.source);
  health.events += 1;
  const known = health.producers.get(event.source);
  const producer = known ?? startProducer(entry, at);
  if (known === undefined) add(health, event.source, producer);
  else if (at > known.last) learnPause(known, at);
  producer.count += 1;
  producer.eventsThen = health.events;
  producer.ref = refOf(entry);
  producer.told = false;
  const sequence = sequenceOf(event);
  if (sequence === undefined || sequence <= producer.sequence) return;
  if (producer.sequence >= 0) observe(producer.inOrder, sequence === producer.sequence + 1);
  producer.sequence = sequence;
}

/** A silence that was told is no pause that is usual. */
function learnPause(producer: ProducerView, at: number): void {
  if (at - producer.since >= PERIOD) {
    producer.longestBefore = producer.longest;
    producer.longest = 0;
    producer.since = at;
  }
  if (!producer.told) producer.longest = Math.max(producer.longest, at - producer.last);
  producer.last = at;
}

function add(health: HealthView, source: string, producer: ProducerView): void {
  if (health.producers.size >= MAX_PRODUCERS) forgetQuietest(health);
  setBounded(health.producers, source, producer, MAX_PRODUCERS);
}

function forgetQuietest(health: HealthView): void {
  let victim: string | undefined;
  let oldest = Number.MAX_SAFE_INTEGER;
  for (const [source, { last, count }] of health.producers) {
    // Whoever spoke once goes first: names cost a sender nothing.
    const age = count < 8 ? last - Number.MAX_SAFE_INTEGER : last;
    if (age < oldest) {
      oldest = age;
      victim = source;
    }
  }
  if (victim !== undefined) health.producers.delete(victim);
}

function startProducer(entry: Entry, at: number): ProducerView {
  return {
    first: at,
    last: at,
    count: 0,
    longest: 0,
    longestBefore: 0,
    since: at,
    eventsThen: 0,
    ref: refOf(entry),
    told: false,
    sequence: -1,
    inOrder: { bits: 0, count: 0 },
  };
}

function learnCheckpoint(
  view: ProjectView,
  entry: Entry & { readonly event: EventOf<'checkpoint.published'> },
): void {
  const { shard, size, rootHash, where } = entry.event.data;
  const { checkpoints } = view.health;
  const known = checkpoints.get(shard) ?? [];
  if (known.some((one) => one.size === size && one.root === rootHash && one.where === where)) {
    return;
  }
  const fresh = { size, root: rootHash, where: where.slice(0, 256), ref: refOf(entry) };
  setNewest(checkpoints, shard, [...known, fresh].slice(-MAX_CHECKPOINTS), MAX_SHARDS);
}
