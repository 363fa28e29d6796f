import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { Story } from './story.ts';

/** Tells stories of several projects as one, by time: what the second lane sees. */
export function together(...stories: readonly Story[]): {
  readonly given: readonly ProvostEvent[];
  readonly when: ProvostEvent;
} {
  const events = stories
    .flatMap((told, part) =>
      told.events().map((event) => ({ ...event, id: `${part + 1}-${event.id}` })),
    )
    .sort((one, other) =>
      one.time === other.time ? (one.id < other.id ? -1 : 1) : one.time < other.time ? -1 : 1,
    );
  const when = events.at(-1);
  if (when === undefined) throw new Error('a story needs at least one event');
  return { given: events.slice(0, -1), when };
}
