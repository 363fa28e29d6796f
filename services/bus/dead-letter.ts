import type { Problem } from '../core/errors.ts';
import { TOPICS } from '../core/topics.ts';
import type { Bus, BusRecord } from './bus.ts';
import { MAX_RECORD_BYTES, recordBytes } from './record-limits.ts';

/** A record that no retry can cure, and why. */
export type DeadLetter = {
  /** `provost.dead-letters` unless a test says otherwise. */
  readonly deadLetters?: string;
  readonly topic: string;
  readonly record: BusRecord;
  readonly problem: Problem;
};

const MAX_MESSAGE_CHARACTERS = 1_000;

/**
 * Resolves when the record is durable among the dead letters, with its own key, value and headers and with
 * `provost-*` headers that say where it came from and why. The caller acknowledges the record only afterwards,
 * so a crash in between leaves it twice, never nowhere. A value that has no room left for the reason is replaced
 * by nothing: it is still in its own topic at the place that the headers name.
 */
export async function publishDeadLetter(
  bus: Pick<Bus, 'publish'>,
  { deadLetters = TOPICS.deadLetters, topic, record, problem }: DeadLetter,
): Promise<void> {
  const headers = {
    ...record.headers,
    'provost-reason': problem.code,
    'provost-message': problem.message.slice(0, MAX_MESSAGE_CHARACTERS),
    ...(problem.at === undefined
      ? {}
      : { 'provost-at': problem.at.slice(0, MAX_MESSAGE_CHARACTERS) }),
    'provost-topic': topic,
    'provost-partition': String(record.partition),
    'provost-offset': String(record.offset),
  };
  const letter = { key: record.key, value: record.value, headers };
  const fits = recordBytes(letter) <= MAX_RECORD_BYTES;
  await bus.publish(deadLetters, [
    fits
      ? letter
      : {
          ...letter,
          value: new Uint8Array(),
          headers: { ...headers, 'provost-value': 'left-out' },
        },
  ]);
}
