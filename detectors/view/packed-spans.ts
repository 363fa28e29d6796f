import { PackedMap, type Packing } from './packed-map.ts';
import { fromCell, joinFields, packNumber, toCell, unpackNumber } from './packed-rows.ts';
import type { PublisherView, Span } from './project-view.ts';

const SPANS: Packing<Span> = {
  pack: ({ first, last, count }) =>
    joinFields(packNumber(first), packNumber(last), packNumber(count)),
  unpack: ([first, last, count]) => ({
    first: unpackNumber(first),
    last: unpackNumber(last),
    count: unpackNumber(count),
  }),
};

/** The same, with the clients behind. */
const PUBLISHERS: Packing<PublisherView> = {
  pack: (publisher) => joinFields(SPANS.pack(publisher), ...publisher.clients.map(toCell)),
  unpack: ([first, last, count, ...clients]) => ({
    first: unpackNumber(first),
    last: unpackNumber(last),
    count: unpackNumber(count),
    clients: clients.map(fromCell),
  }),
};

/** First and last times and counts by name. */
export class SpanMap extends PackedMap<Span> {
  protected get packing(): Packing<Span> {
    return SPANS;
  }
}

/** The publishers of a repository by name. */
export class PublisherMap extends PackedMap<PublisherView> {
  protected get packing(): Packing<PublisherView> {
    return PUBLISHERS;
  }
}
