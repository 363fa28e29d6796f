import type { EventData, EventType } from '../../services/core/events/catalogue.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';

/**
 * What a project's sources say, in the order in which it arrives: habits and incidents write into it in any order, and
 * equal writing gives equal events.
 */
export type Chronicle = {
  /** Writes an event that arrives at the given time (milliseconds since the epoch). */
  readonly tell: <T extends EventType>(
    at: number,
    type: T,
    data: EventData<T>,
    how?: How,
  ) => SourceEvent;
  /** The same event arrives once more: redelivery is no new fact. */
  readonly repeat: (at: number, event: SourceEvent) => void;
  readonly events: () => readonly SourceEvent[];
};

type How = {
  readonly source?: string;
  /** What the sender says of when it happened, where that is not when it arrives. */
  readonly time?: number;
  readonly id?: string;
};

/** Starts an empty chronicle; `lean` producers leave out what they may. */
export function createChronicle(name: string, lean = false): Chronicle {
  const written: { readonly at: number; readonly order: number; readonly event: SourceEvent }[] =
    [];
  return {
    tell: (at, type, data, how = {}) => {
      const event = {
        specversion: '1.0',
        id: how.id ?? `${name}-${written.length + 1}`,
        source: how.source ?? sourceOf(type),
        type,
        time: new Date(how.time ?? at).toISOString(),
        data: lean ? withoutExtras(data) : data,
      } as unknown as SourceEvent;
      written.push({ at, order: written.length, event });
      return event;
    },
    repeat: (at, event) => {
      written.push({ at, order: written.length, event });
    },
    events: () =>
      [...written]
        .sort((one, other) => one.at - other.at || one.order - other.order)
        .map(({ event }) => event),
  };
}

function sourceOf(type: EventType): string {
  const family = type.split('.')[0] ?? '';
  if (['artifact', 'tag', 'repository', 'registry'].includes(family)) return 'https://cr.example';
  if (['build', 'source', 'package'].includes(family)) return 'https://forge.example';
  if (['attestation', 'sbom', 'signature', 'rebuild', 'vulnerability'].includes(family)) {
    return 'urn:example:evidence';
  }
  if (family === 'workflow-run') return 'urn:example:engine';
  return ['change', 'baseline', 'policy', 'digest'].includes(family)
    ? 'urn:example:people'
    : 'urn:example:access';
}

const EXTRAS = new Set([
  'registry',
  'requestId',
  'mediaType',
  'size',
  'attempt',
  'annotations',
  'userAgent',
  'startedAt',
  'statementDigest',
  'engine',
]);

/** The event as a producer sends it that says little: nothing on which an incident of the suite rests. */
function withoutExtras<T>(data: T): T {
  if (Array.isArray(data)) return data.map(withoutExtras) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data)
      .filter(([name]) => !EXTRAS.has(name))
      .map(([name, value]) => [name, withoutExtras(value)]),
  ) as T;
}
