import { expect, it } from 'vitest';
import type { EntryQuery } from '../../../services/ledger/ledger.ts';
import { digestOf, pushed, sample } from '../../fakes/sample-events.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

/** What is found again: by field, page by page, and by tag. */
export function testSearching(fixture: () => LedgerFixture): void {
  it('finds entries by every field, and by fields together', async () => {
    const writer = await fixture().openWriter(4);
    const events = [
      pushed({
        id: 's0',
        repository: 'find/one',
        tags: ['1.0', 'latest'],
        digest: digestOf('x'),
      }),
      pushed({ id: 's1', repository: 'find/two', actor: 'bob', project: 'second' }),
      sample(
        'tag.moved',
        { id: 's2', time: '2026-04-01T00:00:00+02:00' },
        {
          repository: 'find/one',
          tag: 'latest',
          from: digestOf('x'),
          to: digestOf('y'),
        },
      ),
      pushed({ id: 's3', repository: 'find/one', source: 'urn:test:other', tags: [] }),
    ];
    await writer.append(events);
    const ids = async (query: Partial<EntryQuery>) => {
      const page = await fixture().ledger.search({
        shard: 4,
        order: 'oldest',
        limit: 50,
        ...query,
      });
      return page.entries.map((entry) => entry.event.id);
    };
    expect(await ids({})).toEqual(['s0', 's1', 's2', 's3']);
    expect(await ids({ order: 'newest' })).toEqual(['s3', 's2', 's1', 's0']);
    expect(await ids({ repository: 'find/one' })).toEqual(['s0', 's2', 's3']);
    expect(await ids({ digest: digestOf('x') })).toEqual(['s0', 's2']);
    expect(await ids({ tag: 'latest' })).toEqual(['s0', 's2']);
    expect(await ids({ actor: 'bob' })).toEqual(['s1']);
    expect(await ids({ project: 'second' })).toEqual(['s1']);
    expect(await ids({ source: 'urn:test:other' })).toEqual(['s3']);
    expect(await ids({ types: ['tag.moved', 'tag.deleted'] })).toEqual(['s2']);
    expect(await ids({ from: '2026-03-31T22:00:00Z' })).toEqual(['s2']);
    expect(await ids({ to: '2026-03-31T22:00:00Z' })).toEqual(['s0', 's1', 's3']);
    expect(await ids({ repository: 'find/one', tag: '1.0', actor: 'alice' })).toEqual(['s0']);
    expect(await ids({ repository: "find/one' OR 1 = 1 --" })).toEqual([]);
  });

  it('pages through everything once, within a shard and across shards, in both orders', async () => {
    const { ledger } = fixture();
    for (const scope of [{ shard: 2 }, { project: 'lab' }] as const) {
      for (const order of ['oldest', 'newest'] as const) {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await ledger.search({
            ...scope,
            order,
            limit: 137,
            ...(cursor === undefined ? {} : { cursor }),
          });
          seen.push(...page.entries.map((entry) => `${entry.shard}/${entry.index}`));
          cursor = page.next;
        } while (cursor !== undefined);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.length).toBeGreaterThanOrEqual(1010);
      }
    }
  });

  it('refuses a cursor that it did not give out, and one of another query', async () => {
    const { ledger } = fixture();
    const page = await ledger.search({ shard: 2, order: 'oldest', limit: 1 });
    const next = page.next ?? '';
    const refused = expect.objectContaining({ code: 'cursor.invalid' });
    for (const cursor of ['', 'x', 'bm90IGpzb24', `${next}A`, 'A'.repeat(2000)]) {
      const query = { shard: 2, order: 'oldest', limit: 1, cursor } as const;
      await expect(ledger.search(query)).rejects.toEqual(refused);
    }
    await expect(
      ledger.search({ shard: 2, order: 'newest', limit: 1, cursor: next }),
    ).rejects.toEqual(refused);
  });

  it('answers the history of a tag as of any moment', async () => {
    const writer = await fixture().openWriter(5);
    const repository = 'history/tool';
    const at = (hour: number) => `2026-05-01T0${hour}:00:00Z`;
    const [a, b] = [digestOf('a'), digestOf('b')];
    const head = { repository, actor: { name: 'carol' } };
    await writer.append([
      pushed({ id: 'h0', time: at(0), repository, tags: ['v1'], digest: a }),
      pushed({ id: 'h1', time: at(1), repository, tags: ['v2'], digest: b }),
      sample('tag.moved', { id: 'h2', time: at(2) }, { ...head, tag: 'v1', from: a, to: b }),
      sample('artifact.deleted', { id: 'h3', time: at(3) }, { ...head, digest: a }),
      sample('artifact.deleted', { id: 'h4', time: at(4) }, { ...head, digest: b }),
      pushed({ id: 'h5', time: at(5), repository, tags: ['v1', 'x'], digest: a }),
      sample('tag.deleted', { id: 'h6', time: at(6) }, { ...head, tag: 'v1' }),
      sample('repository.deleted', { id: 'h7', time: at(7) }, head),
    ]);
    const history = await fixture().ledger.tagHistory({ repository, tag: 'v1' });
    expect(history.map(({ index, digest, previous }) => [index, digest, previous])).toEqual([
      [0, a, undefined],
      [2, b, a],
      [4, undefined, b],
      [5, a, undefined],
      [6, undefined, a],
    ]);
    expect(history[1]).toMatchObject({
      type: 'tag.moved',
      actor: 'carol',
      time: at(2),
      shard: 5,
    });
    const then = await fixture().ledger.tagHistory({ repository, tag: 'v1', at: at(3) });
    expect(then.at(-1)?.digest).toBe(b);
    const other = await fixture().ledger.tagHistory({ repository, tag: 'x' });
    expect(other.map(({ type }) => type)).toEqual(['artifact.pushed', 'repository.deleted']);
    expect(await fixture().ledger.tagHistory({ repository: 'none', tag: 'v1' })).toEqual([]);
  });
}
