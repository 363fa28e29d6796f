import type { ProvostEvent } from '../../services/core/events/event.ts';

/**
 * The event as detection gets it from the topic: read from its text. What a generator puts together keeps the parts
 * that it was made of, and shares texts among events, and both would be measured as if they were the view's.
 */
export function asRead(event: ProvostEvent): ProvostEvent {
  return JSON.parse(JSON.stringify(event)) as ProvostEvent;
}
