import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import { MAX_CLOCK_LEAD } from './limits.ts';
import { parseTime } from './parse-time.ts';
import type { EntryRef } from './project-view.ts';
import { shareText } from './shared-text.ts';

/**
 * What was worked out of the event that was asked about last. Dozens of rules and learners ask the same of one entry
 * before the next one comes, so a single place is enough, and every part of the view shares one reference to the entry.
 */
const latest: {
  event: ProvostEvent | undefined;
  time: number | undefined;
  received: number | undefined;
  actor: string | undefined;
  ref: EntryRef | undefined;
  changes: readonly TagChange[] | undefined;
} = {
  event: undefined,
  time: undefined,
  received: undefined,
  actor: undefined,
  ref: undefined,
  changes: undefined,
};

function factsOf(event: ProvostEvent): typeof latest {
  if (latest.event !== event) {
    latest.event = event;
    latest.time = undefined;
    latest.received = undefined;
    latest.actor = undefined;
    latest.ref = undefined;
    latest.changes = undefined;
  }
  return latest;
}

/**
 * When the event happened, in milliseconds since the epoch: its own time, but never more than a clock's error after
 * its reception, so that no sender can push the project's clock into the future.
 */
export function timeOf(event: ProvostEvent): number {
  const facts = factsOf(event);
  facts.time ??= readTime(event);
  return facts.time;
}

/** When the event was received, in milliseconds since the epoch. */
export function receivedOf(event: ProvostEvent): number {
  const facts = factsOf(event);
  facts.received ??= parseTime(event.receivedtime);
  return facts.received;
}

function readTime(event: ProvostEvent): number {
  const received = receivedOf(event);
  if (event.time === event.receivedtime) return received;
  const claimed = parseTime(event.time);
  return Number.isNaN(claimed) || claimed > received + MAX_CLOCK_LEAD ? received : claimed;
}

/** Who acted, or empty: registries often do not say. */
export function actorOf(event: ProvostEvent): string {
  const facts = factsOf(event);
  facts.actor ??= readActor(event);
  return facts.actor;
}

function readActor({ data }: ProvostEvent): string {
  if ('actor' in data) return data.actor?.name ?? '';
  if ('publisher' in data) return data.publisher?.name ?? '';
  return 'pusher' in data ? (data.pusher?.name ?? '') : '';
}

export function refOf({ shard, index, event }: Entry): EntryRef {
  const facts = factsOf(event);
  const known = facts.ref;
  if (known !== undefined && known.index === index && known.shard === shard) return known;
  facts.ref = { shard, index, source: shareText(event.source), id: event.id };
  return facts.ref;
}

export type TagChange = { readonly tag: string; readonly from?: string; readonly to: string };

/**
 * The tags that an event points somewhere, with the digest before when the producer says it. A snapshot's tags count
 * as changes too: where they agree with the view they change nothing. A tag that a push names twice is one change.
 */
export function tagChangesOf(event: ProvostEvent): readonly TagChange[] {
  const facts = factsOf(event);
  facts.changes ??= readTagChanges(event);
  return facts.changes;
}

const NO_CHANGES: readonly TagChange[] = [];

function readTagChanges(event: ProvostEvent): readonly TagChange[] {
  switch (event.type) {
    case 'artifact.pushed':
      return pushedTags(event.data.tags, event.data.digest);
    case 'tag.moved': {
      const { tag, from, to } = event.data;
      return [from ? { tag, from, to } : { tag, to }];
    }
    case 'registry.snapshot-taken':
      return event.data.tags.map(({ tag, digest }) => ({ tag, to: digest }));
    // No other type points a tag anywhere.
    default:
      return NO_CHANGES;
  }
}

function pushedTags(tags: readonly string[] | undefined, to: string): readonly TagChange[] {
  if (tags === undefined || tags.length === 0) return NO_CHANGES;
  const [tag] = tags;
  if (tags.length === 1 && tag !== undefined) return [{ tag, to }];
  return [...new Set(tags)].map((one) => ({ tag: one, to }));
}
