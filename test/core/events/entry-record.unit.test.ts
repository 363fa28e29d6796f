import { describe, expect, it } from 'vitest';
import { readEntryRecord, toEntryRecord } from '../../../services/core/events/entry-record.ts';
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
});
