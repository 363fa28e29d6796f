import type { Entry, ProvostEvent } from '../../services/core/events/event.ts';
import { MAX_CLOCK_LEAD } from './limits.ts';
import type { EntryRef } from './project-view.ts';

/**
 * When the event happened, in milliseconds since the epoch: its own time, but never more than a clock's error after
 * its reception, so that no sender can push the project's clock into the future.
 */
export function timeOf(event: ProvostEvent): number {
  const received = Date.parse(event.receivedtime);
  if (event.time === event.receivedtime) return received;
  const claimed = Date.parse(event.time);
  return Number.isNaN(claimed) || claimed > received + MAX_CLOCK_LEAD ? received : claimed;
}

/** Who acted, or empty: registries often do not say. */
export function actorOf(event: ProvostEvent): string {
  const { data } = event;
  if ('actor' in data) return data.actor?.name ?? '';
  if ('publisher' in data) return data.publisher?.name ?? '';
  return 'pusher' in data ? (data.pusher?.name ?? '') : '';
}

export function refOf(entry: Entry): EntryRef {
  return {
    shard: entry.shard,
    index: entry.index,
    source: entry.event.source,
    id: entry.event.id,
  };
}

export type TagChange = { readonly tag: string; readonly from?: string; readonly to: string };

/**
 * The tags that an event points somewhere, with the digest before when the producer says it. A snapshot's tags count
 * as changes too: where they agree with the view they change nothing. A tag that a push names twice is one change.
 */
export function tagChangesOf(event: ProvostEvent): readonly TagChange[] {
  switch (event.type) {
    case 'artifact.pushed':
      return [...new Set(event.data.tags)].map((tag) => ({ tag, to: event.data.digest }));
    case 'tag.moved':
      return [
        event.data.from
          ? { tag: event.data.tag, from: event.data.from, to: event.data.to }
          : { tag: event.data.tag, to: event.data.to },
      ];
    case 'registry.snapshot-taken':
      return event.data.tags.map(({ tag, digest }) => ({ tag, to: digest }));
    // No other type points a tag anywhere.
    default:
      return [];
  }
}
