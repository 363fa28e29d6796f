import { expect, test } from 'vitest';
import {
  createFactSet,
  type Facts,
  MAX_SET_TEXT,
  printOf,
  readFacts,
  toField,
  writeFacts,
} from '../../../../detectors/view/pipelines/fact-set.ts';

test('a print does not depend on the order, and shows every difference', () => {
  const one: Facts = new Map([
    ['A', ['1']],
    ['B', ['2']],
  ]);
  const turned: Facts = new Map([...one].reverse());
  expect(printOf(turned)).toBe(printOf(one));
  expect(printOf(new Map([...one, ['B', ['3']]]))).not.toBe(printOf(one));
  expect(printOf(new Map([['A', ['1']]]))).not.toBe(printOf(one));
});

test('what is written is read back, the empty set too', () => {
  const set = createFactSet(0);
  expect(readFacts(set).size).toBe(0);
  const facts: Facts = new Map([
    ['A', ['1', '', 'x']],
    ['-flag', []],
  ]);
  writeFacts(set, facts);
  expect(readFacts(set)).toEqual(facts);
  expect(set.full).toBe(false);
});

test('a set never grows beyond its text, and says that it is full', () => {
  const set = createFactSet(0);
  writeFacts(set, new Map(Array.from({ length: 1000 }, (_, n) => [`NAME_${n}`, ['value']])));
  expect(set.text.length).toBeLessThanOrEqual(MAX_SET_TEXT);
  expect(set.full).toBe(true);
  expect(readFacts(set).has('NAME_0')).toBe(true);
});

test('no name can break the packing', () => {
  expect(toField('a\tb\nc\rd')).toBe('a b c d');
  expect(toField('x'.repeat(1000)).length).toBe(256);
});
