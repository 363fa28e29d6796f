import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { missesOf } from '../../windows/bit-window.ts';
import type { ProducerView } from './health-view.ts';

const WHOLE = /^\d{1,15}$/;

/** The number that the producer gave the event (CloudEvents extension `sequence`); undefined where it gives none. */
export function sequenceOf(event: ProvostEvent): number | undefined {
  if (!('sequence' in event)) return undefined;
  const said: unknown = event.sequence;
  if (typeof said === 'number' && Number.isSafeInteger(said) && said >= 0) return said;
  return typeof said === 'string' && WHOLE.test(said) ? Number(said) : undefined;
}

/** Whether its numbers have followed one another so long that a missing one is news. */
export function numbersEverything({ inOrder }: ProducerView): boolean {
  return inOrder.count >= 16 && missesOf(inOrder) <= 1;
}
