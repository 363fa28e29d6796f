import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTime } from '../../../detectors/view/parse-time.ts';

test('a time is what the general parser says, for every moment and with any character replaced', () => {
  const moment = fc.date({ min: new Date(-62_135_596_800_000), noInvalidDate: true });
  const change = fc.tuple(fc.nat(23), fc.constantFrom('0', '3', '9', ':', '-', 'x', ' ', '/'));
  fc.assert(
    fc.property(moment, change, (date, [at, character]) => {
      const text = date.toISOString();
      expect(parseTime(text)).toBe(date.getTime());
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      expect(parseTime(changed)).toBe(Date.parse(changed));
    }),
    { numRuns: 2000 },
  );
});

test('other forms and limits are read as the general parser reads them', () => {
  for (const text of [
    '2026-02-28T23:59:59.999Z',
    '2026-02-29T00:00:00.000Z',
    '2024-02-29T00:00:00.000Z',
    '2026-01-01T24:00:00.000Z',
    '2026-01-01T24:00:01.000Z',
    '2026-01-01T00:60:00.000Z',
    '0050-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00Z',
    '2026-01-01T02:00:00.000+02:00',
    '2026-01-01',
    '',
    'yesterday',
  ]) {
    expect(parseTime(text), text).toBe(Date.parse(text));
  }
});
