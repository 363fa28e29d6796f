import type { SourceEvent } from '../../services/core/events/event.ts';

/** What a producer knows for sure: the service said 2xx to these events. */
export type RecordingProducer = {
  /** Works through the stories until told to stop; every unanswered event is sent again, as a registry would. */
  readonly run: (
    stories: AsyncIterable<readonly SourceEvent[]> | Iterable<readonly SourceEvent[]>,
  ) => Promise<void>;
  readonly acknowledged: ReadonlySet<string>;
  /** Stories of which every event was acknowledged, in order. */
  readonly completed: () => number;
};

export type ProducerOptions = {
  /** Where the service is now; it may be down. */
  readonly target: () => { readonly url: string; readonly token: string } | undefined;
  readonly stopped: () => boolean;
};

/** Creates a producer that records acknowledgements and never forgets an event. */
export function createRecordingProducer(options: ProducerOptions): RecordingProducer {
  const acknowledged = new Set<string>();
  let completed = 0;
  return {
    acknowledged,
    completed: () => completed,
    run: async (stories) => {
      for await (const story of stories) {
        if (options.stopped()) return;
        // A story that has begun is told to its end, so that what it must raise is known.
        for (const event of story) {
          while (!(await send(options.target(), event)))
            await new Promise((resolve) => setTimeout(resolve, 20));
          acknowledged.add(event.id);
        }
        completed += 1;
      }
    },
  };
}

async function send(
  target: { readonly url: string; readonly token: string } | undefined,
  event: SourceEvent,
): Promise<boolean> {
  if (target === undefined) return false;
  let status: number;
  try {
    const response = await fetch(`${target.url}/api/v1/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json',
        authorization: `Bearer ${target.token}`,
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    status = response.status;
  } catch {
    return false;
  }
  if (status >= 200 && status < 300) return true;
  if (status === 503) return false;
  throw new Error(`the service answered ${status} to a valid event`);
}
