import type { Bus } from '../../bus/bus.ts';
import type { Clock } from '../../core/clock.ts';
import { type Problem, problem } from '../../core/errors.ts';
import type { SourceEvent, Trust } from '../../core/events/event.ts';
import { acceptedJson } from '../../core/events/validate-event.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import { type ProjectMatcher, projectOf } from '../../core/project-of.ts';
import { TOPICS } from '../../core/topics.ts';

type AcceptedEvent = {
  readonly source: string;
  readonly id: string;
  readonly project: string;
};

export type EventPublisher = {
  /**
   * Resolves once every event is durable on the bus, in the order given; none is published when one is too large.
   * Throws `bus.*` on an outage. `payloaddigest` is that of the request's body, where they came in one.
   */
  readonly publish: (
    events: readonly { readonly event: SourceEvent; readonly trust: Trust }[],
    payloaddigest?: string,
  ) => Promise<Outcome<readonly AcceptedEvent[], readonly Problem[]>>;
};

/** What a record may hold beside the event: key, framing, and a broker's own overhead. */
const RECORD_HEADROOM = 4096;
export const MAX_EVENT_BYTES = 1024 * 1024 - RECORD_HEADROOM;

/** Publishes events with their acceptance: received time, project and trust. */
export function createEventPublisher(deps: {
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly projects: readonly ProjectMatcher[];
}): EventPublisher {
  return {
    publish: async (events, payloaddigest) => {
      if (events.length === 0) return ok([]);
      const received = {
        receivedtime: new Date(deps.clock.now()).toISOString(),
        ...(payloaddigest === undefined ? {} : { payloaddigest }),
      };
      const problems: Problem[] = [];
      const accepted: AcceptedEvent[] = [];
      const records = events.map(({ event, trust }, index) => {
        const project = projectOf(event, deps.projects);
        const value = Buffer.from(acceptedJson(event, { ...received, project, trust }));
        if (value.byteLength > MAX_EVENT_BYTES) problems.push(tooLarge(value.byteLength, index));
        accepted.push({ source: event.source, id: event.id, project });
        return { key: project, value };
      });
      if (problems.length > 0) return fail(problems);
      await deps.bus.publish(TOPICS.events, records);
      return ok(accepted);
    },
  };
}

function tooLarge(bytes: number, index: number): Problem {
  return problem(
    'event.too-large',
    `expected an event of at most ${MAX_EVENT_BYTES} bytes, received ${bytes}`,
    `/${index}`,
  );
}
