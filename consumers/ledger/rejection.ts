import type { Bus, BusRecord } from '../../services/bus/bus.ts';
import { publishDeadLetter } from '../../services/bus/dead-letter.ts';
import { toHex } from '../../services/core/bytes.ts';
import type { Problem } from '../../services/core/errors.ts';
import { type EventOf, OWN_SOURCE, type ProvostEvent } from '../../services/core/events/event.ts';
import { toEventRecord } from '../../services/core/events/event-record.ts';
import { sha256 } from '../../services/core/merkle/hash-leaf.ts';
import { UNASSIGNED_PROJECT } from '../../services/core/project-of.ts';
import { TOPICS } from '../../services/core/topics.ts';

/** A record that cannot become an entry. */
export type Rejection = {
  readonly record: BusRecord;
  readonly problem: Problem;
  /** Where the record parsed, but the ledger refused it. */
  readonly event: ProvostEvent | undefined;
};

/**
 * Resolves when the record waits among the dead letters and the fact that it does is on its way to the ledger. Both
 * are functions of the record alone, so a repetition after a crash is the same fact again. A rejected rejection is
 * only a dead letter: it must not breed.
 */
export async function publishRejection(
  bus: Pick<Bus, 'publish'>,
  rejection: Rejection,
): Promise<void> {
  const { record, problem, event } = rejection;
  await publishDeadLetter(bus, { topic: TOPICS.events, record, problem });
  if (event?.type === 'event.rejected') return;
  const rejected = toRejectedEvent(rejection);
  await bus.publish(TOPICS.events, [toEventRecord(rejected)]);
}

/** The event that says so; its id names the record's place and content, and its time is when the record was appended. */
function toRejectedEvent({ record, problem, event }: Rejection): EventOf<'event.rejected'> {
  const { partition, offset } = record;
  const time = new Date(record.timestamp).toISOString();
  const digest = toHex(sha256(record.value));
  const keyed = record.key.length > 0 && record.key.length <= 255;
  return {
    specversion: '1.0',
    id: `rejected-${TOPICS.events}-${partition}-${offset}-${digest.slice(0, 16)}`,
    source: OWN_SOURCE,
    type: 'event.rejected',
    time,
    receivedtime: time,
    project: event?.project ?? (keyed ? record.key : UNASSIGNED_PROJECT),
    trust: 'authenticated',
    data: {
      code: problem.code,
      reason: `${problem.at ?? ''} ${problem.message}`.trim().slice(0, 4096),
      ...(event === undefined ? {} : { rejectedSource: event.source, rejectedId: event.id }),
      rejectedDigest: `sha256:${digest}`,
      topic: TOPICS.events,
      partition,
      offset: String(offset),
    },
  };
}
