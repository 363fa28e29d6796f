import type { EventOf } from '../../../services/core/events/event.ts';
import { createBitWindow, observe } from '../../windows/bit-window.ts';
import { setNewest, setRecent } from '../bounded-map.ts';
import { DAY, HOUR, MAX_CLOCK_LEAD } from '../limits.ts';
import { sourceName } from '../sources/source-name.ts';
import { MAX_AGES, MAX_CLOCKS, type PipelinesView } from './pipelines-view.ts';

export type TimedEvent = EventOf<'build.finished' | 'artifact.pushed' | 'source.ref-updated'>;

/** A time that cannot be: something ended before it began, or was made after it was there. */
export type Impossible = {
  readonly kind:
    | 'ended-before-start'
    | 'created-after-push'
    | 'authored-after-push'
    | 'sent-from-future';
  /** The source or repository whose clock (or whose word) it is. */
  readonly where: string;
  /** How far the order is violated, in milliseconds. */
  readonly by: number;
  readonly earlier: string;
  readonly later: string;
};

/** The first impossible order of times that an event tells; small differences of clocks are none. */
export function impossibleTime(event: TimedEvent, at: number): Impossible | undefined {
  switch (event.type) {
    case 'build.finished': {
      const { startedAt, finishedAt, sourceRepository } = event.data;
      const where = sourceRepository === undefined ? event.source : sourceName(sourceRepository);
      return ordered('ended-before-start', where, startedAt, finishedAt) ?? fromFuture(event);
    }
    case 'artifact.pushed': {
      const { createdAt, repository } = event.data;
      return beforeMoment('created-after-push', repository, createdAt, at) ?? fromFuture(event);
    }
    case 'source.ref-updated': {
      const { authoredAt, sourceRepository } = event.data;
      const where = sourceName(sourceRepository);
      return beforeMoment('authored-after-push', where, authoredAt, at) ?? fromFuture(event);
    }
  }
}

function ordered(
  kind: Impossible['kind'],
  where: string,
  earlier: string | undefined,
  later: string | undefined,
): Impossible | undefined {
  if (earlier === undefined || later === undefined || isInOrder(earlier, later)) return undefined;
  const by = Date.parse(earlier) - Date.parse(later);
  return by > MAX_CLOCK_LEAD ? { kind, where, by, earlier, later } : undefined;
}

/** As {@link ordered}, with a later time that is no text: it is written out only for what is told. */
function beforeMoment(
  kind: Impossible['kind'],
  where: string,
  earlier: string | undefined,
  later: number,
): Impossible | undefined {
  if (earlier === undefined) return undefined;
  const by = Date.parse(earlier) - later;
  if (!(by > MAX_CLOCK_LEAD)) return undefined;
  return { kind, where, by, earlier, later: new Date(later).toISOString() };
}

/** Universal times of one form are in order as texts are; nearly all come so, and need not be parsed. */
function isInOrder(earlier: string, later: string): boolean {
  return (
    earlier.length === later.length &&
    earlier.endsWith('Z') &&
    later.endsWith('Z') &&
    earlier <= later
  );
}

function fromFuture({ time, receivedtime, source }: TimedEvent): Impossible | undefined {
  return time === receivedtime
    ? undefined
    : ordered('sent-from-future', source, time, receivedtime);
}

export function clockKey({ kind, where }: Impossible): string {
  return `${kind}\n${where}`;
}

export function learnClock(pipelines: PipelinesView, event: TimedEvent, at: number): void {
  const found = impossibleTime(event, at);
  if (found === undefined) return;
  const key = clockKey(found);
  const clock = pipelines.clocks.get(key) ?? { first: at, last: at, count: 0 };
  clock.count += 1;
  clock.last = Math.max(clock.last, at);
  setNewest(pipelines.clocks, key, clock, MAX_CLOCKS);
}

/** Whether the image was made within a day of its push; undefined when the push does not say. */
export function isFreshImage(
  { data }: EventOf<'artifact.pushed'>,
  at: number,
): boolean | undefined {
  if (data.createdAt === undefined) return undefined;
  return at - Date.parse(data.createdAt) < DAY;
}

export function learnAge(
  pipelines: PipelinesView,
  event: EventOf<'artifact.pushed'>,
  at: number,
): void {
  const fresh = isFreshImage(event, at);
  if (fresh === undefined) return;
  const { repository } = event.data;
  const ages = pipelines.ages.get(repository) ?? createBitWindow();
  observe(ages, fresh);
  setRecent(pipelines.ages, repository, ages, MAX_AGES);
}

/** Whether a difference is whole hours, as a time zone or daylight saving makes it, to within two minutes. */
export function isWholeHours(by: number): boolean {
  const rest = by % HOUR;
  return by <= 14 * HOUR + HOUR / 30 && Math.min(rest, HOUR - rest) <= HOUR / 30;
}
