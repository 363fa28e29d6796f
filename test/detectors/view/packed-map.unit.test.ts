import fc from 'fast-check';
import { expect, test } from 'vitest';
import { setNewest } from '../../../detectors/view/bounded-map.ts';
import { createRepositoryView } from '../../../detectors/view/create-repository.ts';
import { createProjectView } from '../../../detectors/view/create-view.ts';
import { markedAt, markedRef, markOf } from '../../../detectors/view/entry-mark.ts';
import { PublisherMap, SpanMap } from '../../../detectors/view/packed-spans.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';

/** Texts of senders, often with what the packing uses. */
const name = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '0',
    '\n',
    '\t',
    '\u0001',
    '\u0002',
    '\u0003',
    '\u0004',
    '1',
    'é',
    '%',
  ),
  maxLength: 6,
});
const moment = fc.integer({ min: 0, max: 4e12 });
const publisher = fc.record({
  first: moment,
  last: moment,
  count: fc.nat(),
  clients: fc.array(name, { maxLength: 4 }),
});
const change = fc.record({ key: name, value: fc.option(publisher, { nil: undefined }) });

test('a packed map answers as a map does, whatever the keys and values hold', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 24 }), (changes) => {
      const plain = new Map<string, unknown>();
      const packed = new PublisherMap();
      for (const { key, value } of changes) {
        expect(packed.has(key)).toBe(plain.has(key));
        expect(packed.get(key)).toEqual(plain.get(key));
        if (value === undefined) {
          expect(packed.delete(key)).toBe(plain.delete(key));
        } else {
          plain.set(key, value);
          packed.set(key, value);
        }
        expect(packed.size).toBe(plain.size);
        expect([...packed]).toEqual([...plain]);
        expect([...packed.keys()]).toEqual([...plain.keys()]);
        expect([...packed.values()]).toEqual([...plain.values()]);
      }
    }),
  );
});

test('what a packed map gave out changes nothing until it is set', () => {
  const spans = new SpanMap();
  spans.set('a', { first: 1, last: 2, count: 3 });
  const given = spans.get('a');
  if (given === undefined) throw new Error('expected the span');
  given.count = 4;
  expect(spans.get('a')).toEqual({ first: 1, last: 2, count: 3 });
  spans.set('a', given);
  expect(spans.get('a')).toEqual({ first: 1, last: 2, count: 4 });
});

test('a packed map forgets its oldest as other maps do', () => {
  const spans = new SpanMap();
  for (const key of ['a', 'b', 'a', 'c']) {
    setNewest(spans, key, { first: 1, last: 1, count: 1 }, 2);
  }
  expect([...spans.keys()]).toEqual(['a', 'c']);
});

test('a snapshot holds packed maps', () => {
  const view = createProjectView('lab');
  const repository = createRepositoryView('lab/tool', 5);
  repository.publishers.set('ada', { first: 5, last: 6, count: 2, clients: ['t\tdocker'] });
  repository.origins.set('ci\nhttps://git.example/tool', { first: 5, last: 5, count: 1 });
  view.repositories.set(repository.name, repository);
  const text = viewToJson(view);
  const back = viewFromJson(text);
  const same = back?.repositories.get('lab/tool');
  expect([...(same?.publishers ?? [])]).toEqual([...repository.publishers]);
  expect([...(same?.origins ?? [])]).toEqual([...repository.origins]);
  expect(back && viewToJson(back)).toBe(text);
});

test('a mark gives back the entry and its time', () => {
  fc.assert(
    fc.property(fc.nat(1e4), fc.nat(2 ** 40), name, moment, (shard, index, id, at) => {
      const ref = { shard, index, source: '/ci', id };
      const marked = { mark: markOf(ref, at), producer: ref.source };
      expect(markedRef(marked)).toEqual(ref);
      expect(markedAt(marked)).toBe(at);
    }),
  );
});
