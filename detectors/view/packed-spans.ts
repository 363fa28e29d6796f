import { escaped, FIELD, PackedMap, type Packing, restored } from './packed-map.ts';
import type { PublisherView, Span } from './project-view.ts';

/** First time, last time and count, in base 36. */
const SPANS: Packing<Span> = {
  pack: ({ first, last, count }) =>
    [first.toString(36), last.toString(36), count.toString(36)].join(FIELD),
  unpack: (packed) => {
    const second = packed.indexOf(FIELD) + 1;
    const third = packed.indexOf(FIELD, second) + 1;
    return {
      first: Number.parseInt(packed, 36),
      last: Number.parseInt(packed.slice(second, third - 1), 36),
      count: Number.parseInt(packed.slice(third), 36),
    };
  },
};

/** The same, with the clients behind. */
const PUBLISHERS: Packing<PublisherView> = {
  pack: (publisher) => [SPANS.pack(publisher), ...publisher.clients.map(escaped)].join(FIELD),
  unpack: (packed) => {
    const [first = '', last = '', count = '', ...clients] = packed.split(FIELD);
    return {
      first: Number.parseInt(first, 36),
      last: Number.parseInt(last, 36),
      count: Number.parseInt(count, 36),
      clients: clients.map(restored),
    };
  },
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
