import { expect, it } from 'vitest';
import { digestOf, pushed } from '../../fakes/sample-events.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

/** How an event is known again. */
export function testDeduplicating(fixture: () => LedgerFixture): void {
  it('knows an event again: in one batch, in flight, committed, and received once more', async () => {
    const writer = await fixture().openWriter(3);
    const one = pushed({ id: 'one' });
    const later = {
      ...one,
      receivedtime: '2026-03-05T00:00:00.000Z',
      project: 'other',
      payloaddigest: digestOf('another body'),
    };
    const first = writer.append([one, one]);
    const second = writer.append([one, pushed({ id: 'two' })]);
    expect((await first).entries.map((entry) => entry.index)).toEqual([0]);
    expect((await first).duplicates.map((found) => found.index)).toEqual([0]);
    expect((await second).entries.map((entry) => entry.index)).toEqual([1]);
    expect((await second).duplicates.map((found) => found.index)).toEqual([0]);
    const third = await writer.append([later]);
    expect(third.entries).toEqual([]);
    expect(third.duplicates.map((found) => found.event)).toEqual([one]);
    expect(third.checkpoint?.size).toBe(2);
  });

  it('knows an event without a time of its own again, though each delivery got another', async () => {
    const writer = await fixture().openWriter(3);
    const received = '2026-03-01T00:00:00.000Z';
    const first = { ...pushed({ id: 'untimed', time: received }), receivedtime: received };
    const again = '2026-03-01T00:10:00.000Z';
    const second = { ...first, time: again, receivedtime: again };
    const { entries } = await writer.append([first]);
    const { duplicates } = await writer.append([second]);
    expect(duplicates.map((found) => found.index)).toEqual(entries.map((entry) => entry.index));
  });

  it('refuses an id that is taken by another body, staged or stored', async () => {
    const writer = await fixture().openWriter(3);
    const body = pushed({ id: 'taken', digest: digestOf('a') });
    const other = pushed({ id: 'taken', digest: digestOf('b') });
    const both = await writer.append([body, other]);
    expect(both.refused.map((refused) => refused.problem.code)).toEqual(['event.id-reused']);
    const stored = await writer.append([other, { ...body, source: 'urn:another' }]);
    expect(stored.refused.map((refused) => refused.index)).toEqual([both.entries[0]?.index]);
    expect(stored.entries).toHaveLength(1);
  });

  it('frees an id 32 days after it was received', async () => {
    const writer = await fixture().openWriter(3);
    const day = (n: number) => new Date(Date.UTC(2026, 2, n)).toISOString();
    const at = (n: number) => ({ ...pushed({ id: 'again' }), receivedtime: day(n) });
    expect((await writer.append([at(1)])).entries).toHaveLength(1);
    expect((await writer.append([at(32)])).entries).toHaveLength(0);
    expect((await writer.append([at(34)])).entries).toHaveLength(1);
  });
}
