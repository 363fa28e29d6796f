import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countRows,
  fieldsOf,
  fromCell,
  joinFields,
  joinWords,
  packNumber,
  readRows,
  splitFields,
  splitWords,
  toCell,
  unpackNumber,
  withNewestRow,
  withoutRow,
  withRow,
} from '../../../detectors/view/packed-rows.ts';

/** Keys that are parts of each other, and ones that would break the packing. */
const key = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'aa',
    'b',
    'a\u0001b',
    'a\u0002b',
    '\u0001',
    '\u0002',
    '\u0003',
    '\u00031',
    '\u0004',
    '1',
  ),
  fc.string({ maxLength: 4 }),
);
const LIMIT = 5;

test('rows behave as a map that keeps the newest', () => {
  const step = fc.tuple(fc.constantFrom('set', 'newest', 'drop'), key, fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Map<string, string>();
      let rows = '';
      for (const [what, said, number] of steps) {
        const cell = toCell(said);
        const fields = joinFields(packNumber(number), cell);
        if (what === 'drop') {
          rows = withoutRow(rows, cell);
          model.delete(cell);
        } else if (what === 'newest') {
          rows = withNewestRow(rows, cell, fields, LIMIT);
          model.delete(cell);
          model.set(cell, fields);
          while (model.size > LIMIT)
            for (const first of [...model.keys()].slice(0, 1)) model.delete(first);
        } else {
          rows = withRow(rows, cell, fields);
          model.set(cell, fields);
        }
      }
      expect(countRows(rows)).toBe(model.size);
      expect(readRows(rows)).toEqual(
        [...model].map(([cell, fields]) => [cell, ...splitFields(fields)]),
      );
      for (const [cell, fields] of model) expect(fieldsOf(rows, cell)).toBe(fields);
      expect(fieldsOf(rows, 'never set')).toBeUndefined();
    }),
  );
});

test('numbers and lists of words come back as they were', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.array(key.filter((word) => word !== '')), (number, words) => {
      expect(unpackNumber(packNumber(number))).toBe(number);
      expect(splitWords(joinWords(words))).toEqual(words);
    }),
  );
});

test('a cell holds nothing that the packing uses, and gives back its text', () => {
  fc.assert(
    fc.property(key, key, (one, other) => {
      const cell = toCell(one);
      expect(splitFields(cell)).toEqual([cell]);
      expect(countRows(cell)).toBe(0);
      expect(fromCell(cell)).toBe(one);
      expect(cell === toCell(other)).toBe(one === other);
    }),
  );
});
