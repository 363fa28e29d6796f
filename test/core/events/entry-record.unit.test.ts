import { describe, expect, it } from 'vitest';
import {
  indexOfForeignEntry,
  readEntryRecord,
  toEntryRecord,
} from '../../../services/core/events/entry-record.ts';
import { OWN_SOURCE } from '../../../services/core/events/event.ts';
import { pushed } from '../../fakes/sample-events.ts';

const entry = { shard: 3, index: 12, event: pushed({ id: 'p1' }) };

describe('the record of an entry', () => {
  it('is read back as the entry', () => {
    const record = toEntryRecord(entry);
    expect(record).toMatchObject({ partition: 3, key: 'lab' });
    expect(readEntryRecord(record)).toEqual({ ok: true, value: entry });
  });

  it.each([{}, { index: '' }, { index: '-1' }, { index: '1e3' }, { index: '1'.repeat(16) }])(
    'is refused with the headers %j',
    (headers) => {
      expect(readEntryRecord({ ...toEntryRecord(entry), headers })).toMatchObject({ ok: false });
    },
  );

  it.each(['', '{}', '{"specversion":"1.0"}', '[]'])('is refused with the value %j', (text) => {
    const record = { ...toEntryRecord(entry), value: Buffer.from(text) };
    expect(readEntryRecord(record)).toMatchObject({ ok: false });
  });

  it('shows that an entry is no fact of our own without being read', () => {
    expect(indexOfForeignEntry(toEntryRecord(entry))).toBe(12);
  });

  it('is read when it may be a fact of our own, whoever says so', () => {
    const own = { ...entry, event: { ...entry.event, source: OWN_SOURCE } };
    expect(indexOfForeignEntry(toEntryRecord(own))).toBeUndefined();
    const claims = {
      ...entry,
      event: { ...entry.event, data: { ...entry.event.data, x: { source: OWN_SOURCE } } },
    };
    expect(indexOfForeignEntry(toEntryRecord(claims as typeof entry))).toBeUndefined();
  });

  it('is read when it may say something of a baseline, whoever says so', () => {
    const event = { ...entry.event, type: 'baseline.approved' };
    expect(indexOfForeignEntry(toEntryRecord({ ...entry, event } as never))).toBeUndefined();
  });

  it('is read when it has no index, so that it is refused', () => {
    expect(indexOfForeignEntry({ ...toEntryRecord(entry), headers: {} })).toBeUndefined();
  });
});
