import { expect, it } from 'vitest';
import type { ProvostEvent } from '../../../services/core/events/event.ts';
import { hashLeaf } from '../../../services/core/merkle/hash-leaf.ts';
import { digestOf, pushed, sample } from '../../fakes/sample-events.ts';
import { collect, range } from './iterate.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

/** What an append keeps, refuses and numbers. */
export function testAppending(fixture: () => LedgerFixture): void {
  it('is empty before the first append', async () => {
    const { ledger } = fixture();
    expect(await ledger.shards()).toEqual([]);
    expect(await ledger.size(9)).toBe(0);
    expect(await ledger.entry(9, 0)).toBeUndefined();
    expect(await ledger.latestCheckpoint(9)).toBeUndefined();
    expect((await ledger.search({ order: 'newest', limit: 10 })).entries).toEqual([]);
  });

  it('stores every character of an event and gives it back', async () => {
    const writer = await fixture().openWriter(0);
    const odd =
      'tab\t newline\n return\r quote\' "double" back\\slash \\N nul\\0 ü € 😀 \u2028 \u0001 ';
    const sent = pushed({
      id: odd,
      source: `urn:${odd}`,
      actor: odd,
      data: { labels: { [odd]: odd, empty: '' } },
    });
    const event = { ...sent, payloaddigest: digestOf('the body that it came in') };
    const { entries } = await writer.append([event]);
    expect(entries[0]?.event).toEqual(event);
    const stored = await fixture().ledger.entry(0, 0);
    expect(stored?.event).toEqual(event);
    expect(stored?.leafHash).toEqual(hashLeaf(stored?.leaf ?? new Uint8Array()));
    const found = await fixture().ledger.search({ actor: odd, order: 'newest', limit: 1 });
    expect(found.entries[0]?.event.id).toBe(odd);
  });

  it('keeps a large body by digest and gives it back whole', async () => {
    const writer = await fixture().openWriter(1);
    const history = Array.from({ length: 400 }, (_, n) => `RUN step ${n} ${'ü'.repeat(150)}`);
    const event = sample(
      'artifact.inspected',
      { id: 'large' },
      { repository: 'lab/tool', digest: digestOf('large'), history },
    );
    const { entries } = await writer.append([event]);
    const stored = await fixture().ledger.entry(1, 0);
    expect(stored?.event).toEqual(event);
    expect(stored?.leaf.byteLength).toBeLessThan(1000);
    const leaf = JSON.parse(Buffer.from(entries[0]?.leaf ?? []).toString('utf8'));
    expect((await fixture().ledger.blob(leaf['data-digest']))?.byteLength).toBeGreaterThan(65_535);
    const again = await writer.append([event]);
    expect(again.duplicates).toMatchObject([{ event, index: 0 }]);
  });

  it('refuses attributes that do not fit a leaf, and goes on', async () => {
    const writer = await fixture().openWriter(1);
    const extensions = Object.fromEntries(
      Array.from({ length: 140 }, (_, n) => [`x${n}`, 'v'.repeat(500)]),
    );
    const huge = { ...pushed({ id: 'huge' }), ...extensions } as ProvostEvent;
    const result = await writer.append([huge, pushed({ id: 'after' })]);
    expect(result.refused.map((refused) => refused.problem.code)).toEqual(['event.too-large']);
    expect(result.entries.map((entry) => entry.index)).toEqual([1]);
  });

  it('gives dense indexes in order to batches of any size that are in flight together', async () => {
    const writer = await fixture().openWriter(2);
    const sizes = [1, 100, 7, 0, 300, 2, 600];
    let next = 0;
    const batches = sizes.map((size) => range(size).map(() => pushed({ id: `e${next++}` })));
    const results = await Promise.all(batches.map((batch) => writer.append(batch)));
    const entries = results.flatMap((result) => result.entries);
    expect(entries.map((entry) => entry.index)).toEqual(range(next));
    expect(entries.map((entry) => entry.event.id)).toEqual(range(next).map((n) => `e${n}`));
    for (const result of results) {
      const last = result.entries.at(-1)?.index ?? 0;
      expect(result.checkpoint?.size).toBeGreaterThan(last);
    }
    expect(writer.size()).toBe(next);
    expect(await fixture().ledger.size(2)).toBe(next);
    expect((await collect(fixture().ledger.scan(2, 5, 900))).map((entry) => entry.index)).toEqual(
      range(900).slice(5),
    );
  });
}
