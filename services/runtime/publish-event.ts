import type { Bus } from '../bus/bus.ts';
import { utf8 } from '../core/bytes.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import { TOPICS } from '../core/topics.ts';

/** States facts of our own on the bus; resolves when they are durable. */
export function createEventPublisher(
  bus: Pick<Bus, 'publish'>,
): (event: ProvostEvent) => Promise<void> {
  return async (event) => {
    await bus.publish(TOPICS.events, [{ key: event.project, value: utf8(JSON.stringify(event)) }]);
  };
}
