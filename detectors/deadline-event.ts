import type { EventOf } from '../services/core/events/event.ts';
import { ownEnvelope } from '../services/core/events/own-envelope.ts';

/**
 * The `deadline.passed` event of a project: the time until the deadline has passed without anything that was awaited
 * by then. Equal projects and deadlines give one event, however often and whenever it is stated: the ledger keeps the
 * first.
 */
export function deadlineEvent(
  project: string,
  deadline: number,
  receivedAt: number,
): EventOf<'deadline.passed'> {
  const time = new Date(deadline).toISOString();
  return {
    ...ownEnvelope({ id: `deadline:${project}:${time}`, subject: project, project, time }),
    receivedtime: new Date(receivedAt).toISOString(),
    type: 'deadline.passed',
    data: { project, deadline: time },
  };
}
