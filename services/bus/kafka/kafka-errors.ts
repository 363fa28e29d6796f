import kafkajs from 'kafkajs';
import { ProvostError } from '../../core/errors.ts';
import { unknownTopic } from '../topic-name.ts';

/** Kafka's protocol error name, such as `MESSAGE_TOO_LARGE`, of an error or of what caused it. */
export function kafkaErrorType(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (at instanceof kafkajs.KafkaJSProtocolError) return at.type;
  }
  return undefined;
}

/** The port's error for what kafkajs threw; keeps the cause. */
export function toBusError(error: unknown, topic: string): ProvostError {
  if (error instanceof ProvostError) return error;
  switch (kafkaErrorType(error)) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return unknownTopic(topic);
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return new ProvostError(
        'bus.record-too-large',
        `the broker accepts less for ${topic} than 1 MiB: raise its message.max.bytes`,
        { cause: error },
      );
    default: {
      const message = error instanceof Error ? error.message : String(error);
      return new ProvostError('bus.unavailable', `Kafka, topic ${topic}: ${message}`, {
        cause: error,
      });
    }
  }
}

/** True when the group takes partitions away, or has gone on without this member. */
export function isMembershipLost(error: unknown): boolean {
  switch (kafkaErrorType(error)) {
    case 'REBALANCE_IN_PROGRESS':
    case 'ILLEGAL_GENERATION':
    case 'UNKNOWN_MEMBER_ID':
    case 'NOT_COORDINATOR_FOR_GROUP':
    case 'FENCED_INSTANCE_ID':
      return true;
    default:
      return false;
  }
}
