import { ProvostError } from '../core/errors.ts';

const NAME = /^[A-Za-z0-9._-]{1,249}$/;

/** True for a name that Kafka accepts for a topic; it is also safe as a file name. */
export function isTopicName(name: string): boolean {
  return NAME.test(name) && name !== '.' && name !== '..';
}

/** Throws unless the topic's and the group's names are ones that Kafka accepts for a topic. */
export function assertBusName(kind: 'topic' | 'group', name: string): void {
  if (!isTopicName(name)) {
    throw new ProvostError(
      'bus.invalid-name',
      `a ${kind} name is 1 to 249 of A-Z a-z 0-9 . _ - (and not . or ..), received ${JSON.stringify(name.slice(0, 300))}`,
    );
  }
}

/** The error that every adapter gives for a topic that nobody created. */
export function unknownTopic(topic: string): ProvostError {
  return new ProvostError(
    'bus.unknown-topic',
    `topic ${topic} does not exist: create it with ensureTopics`,
  );
}
