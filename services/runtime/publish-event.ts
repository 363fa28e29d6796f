import type { Bus } from '../bus/bus.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import { toEventRecord } from '../core/events/event-record.ts';
import { TOPICS } from '../core/topics.ts';

/** States facts of our own on the bus; resolves when they are durable. */
export function createEventPublisher(
  bus: Pick<Bus, 'publish'>,
): (event: ProvostEvent) => Promise<void> {
  return async (event) => {
    await bus.publish(TOPICS.events, [toEventRecord(event)]);
  };
}
