import { createHash } from 'node:crypto';
import type { Bus } from '../../bus/bus.ts';
import type { Problem } from '../../core/errors.ts';
import { OWN_SOURCE, type SourceEvent } from '../../core/events/event.ts';
import { TOPICS } from '../../core/topics.ts';
import { type EventPublisher, MAX_EVENT_BYTES } from './publish-events.ts';

/** Bytes of a registered source that no event could be made of. */
export type UnmappedPayload = {
  readonly source: string;
  readonly id: string | undefined;
  readonly bytes: Uint8Array;
  /** SHA-256 of the whole payload, hex; `bytes` may be less of it. */
  readonly sha256: string;
  readonly problem: Problem;
};

const MAX_MESSAGE_CHARACTERS = 1_000;

/**
 * Puts what cannot be mapped on record, durably: the bytes on the dead-letter topic and an `event.rejected` among the
 * events. Its id is derived from the payload, so that a sender that repeats itself is on record once. `payloaddigest` is
 * that of the body that the payloads came in.
 */
export async function recordUnmapped(
  payloads: readonly UnmappedPayload[],
  payloaddigest: string,
  deps: { readonly bus: Pick<Bus, 'publish'>; readonly publisher: EventPublisher },
): Promise<void> {
  if (payloads.length === 0) return;
  const letters = payloads.filter(({ bytes }) => bytes.byteLength <= MAX_EVENT_BYTES);
  if (letters.length > 0) {
    await deps.bus.publish(
      TOPICS.deadLetters,
      letters.map(({ source, bytes, problem }) => ({
        key: source,
        value: bytes,
        headers: {
          'provost-reason': problem.code,
          'provost-message': problem.message.slice(0, MAX_MESSAGE_CHARACTERS),
        },
      })),
    );
  }
  await deps.publisher.publish(
    payloads.map((payload) => ({ event: rejectionOf(payload), trust: 'authenticated' as const })),
    payloaddigest,
  );
}

function rejectionOf({ source, id, sha256, problem }: UnmappedPayload): SourceEvent {
  const identity = createHash('sha256').update(`${source}\n${sha256}`).digest('hex').slice(0, 32);
  return {
    specversion: '1.0',
    id: `rejected-${identity}`,
    source: OWN_SOURCE,
    type: 'event.rejected',
    data: {
      code: problem.code,
      reason: `${problem.at ?? ''} ${problem.message}`.trim().slice(0, 4096),
      rejectedSource: source,
      ...(id !== undefined && id !== '' && { rejectedId: id }),
      rejectedDigest: `sha256:${sha256}`,
    },
  };
}
