import type { ProvostEvent } from '../core/events/event.ts';

/** Whether the event says that an attestation was attached and verified: any other is a mere claim. */
export function isAttestation(event: ProvostEvent): boolean {
  return event.type === 'attestation.attached' && event.data.verified === true;
}
