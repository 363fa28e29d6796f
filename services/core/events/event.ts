import type { EventData, EventType } from './catalogue.ts';

/** How far a sender's word can be believed (DESIGN: trust). */
export type Trust = 'signed' | 'authenticated' | 'claimed';

/** A CloudEvents 1.0.2 event as a source sends it, parsed and validated. */
export type SourceEvent = {
  [T in EventType]: {
    readonly specversion: '1.0';
    readonly id: string;
    readonly source: string;
    readonly type: T;
    readonly subject?: string;
    /** RFC 3339; the sender's claim of when it happened. */
    readonly time?: string;
    readonly data: EventData<T>;
  };
}[EventType];

/** What is added at acceptance. */
export type Acceptance = {
  /** RFC 3339 UTC with milliseconds: our clock when the event became durable. */
  readonly receivedtime: string;
  readonly project: string;
  readonly trust: Trust;
  /** Digest of the body of the request that brought the event, which may have brought others, too. */
  readonly payloaddigest?: string;
};

/** An event on the bus and in the ledger; `time` is always there (the received time where the sender gave none). */
export type ProvostEvent = SourceEvent & { readonly time: string } & Acceptance;

/** A {@link ProvostEvent} of one type. */
export type EventOf<T extends EventType> = Extract<ProvostEvent, { readonly type: T }>;

/** An accepted event and where it lies in the ledger. */
export type Entry<T extends EventType = EventType> = {
  readonly shard: number;
  readonly index: number;
  readonly event: EventOf<T>;
};

/** Name under which Provost states its own facts. */
export const OWN_SOURCE = 'urn:provost';
