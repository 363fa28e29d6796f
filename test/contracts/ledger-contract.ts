import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createFrontierBuilder } from '../../services/core/merkle/frontier.ts';
import { hashLeaf } from '../../services/core/merkle/hash-leaf.ts';
import { verifyConsistency, verifyInclusion } from '../../services/core/merkle/proofs.ts';
import type { EntryQuery, Ledger, ShardWriter } from '../../services/ledger/ledger.ts';
import type { TokenStore } from '../../services/ledger/token-store.ts';
import { digestOf, pushed, sample } from '../fakes/sample-events.ts';

/** A fresh, empty ledger and what belongs to it. */
export type LedgerFixture = {
  readonly ledger: Ledger;
  readonly openWriter: (shard: number) => Promise<ShardWriter>;
  readonly tokens: TokenStore;
  readonly close: () => Promise<void>;
};

/** What every ledger promises, whichever way its store is reached. */
export function describeLedger(name: string, open: () => Promise<LedgerFixture>): void {
  describe(`ledger contract: ${name}`, () => {
    let fixture: LedgerFixture;
    beforeAll(async () => {
      fixture = await open();
    });
    afterAll(async () => {
      await fixture.close();
    });

    it('is empty before the first append', async () => {
      const { ledger } = fixture;
      expect(await ledger.shards()).toEqual([]);
      expect(await ledger.size(9)).toBe(0);
      expect(await ledger.entry(9, 0)).toBeUndefined();
      expect(await ledger.latestCheckpoint(9)).toBeUndefined();
      expect((await ledger.search({ order: 'newest', limit: 10 })).entries).toEqual([]);
    });

    it('stores every character of an event and gives it back', async () => {
      const writer = await fixture.openWriter(0);
      const odd =
        'tab\t newline\n return\r quote\' "double" back\\slash \\N nul\\0 ü € 😀 \u2028 \u0001 ';
      const event = pushed({
        id: odd,
        source: `urn:${odd}`,
        actor: odd,
        data: { labels: { [odd]: odd, empty: '' } },
      });
      const { entries } = await writer.append([event]);
      expect(entries[0]?.event).toEqual(event);
      const stored = await fixture.ledger.entry(0, 0);
      expect(stored?.event).toEqual(event);
      expect(stored?.leafHash).toEqual(hashLeaf(stored?.leaf ?? new Uint8Array()));
      const found = await fixture.ledger.search({ actor: odd, order: 'newest', limit: 1 });
      expect(found.entries[0]?.event.id).toBe(odd);
    });

    it('keeps a large body by digest and gives it back whole', async () => {
      const writer = await fixture.openWriter(1);
      const history = Array.from({ length: 400 }, (_, n) => `RUN step ${n} ${'ü'.repeat(150)}`);
      const event = sample(
        'artifact.inspected',
        { id: 'large' },
        { repository: 'lab/tool', digest: digestOf('large'), history },
      );
      const { entries } = await writer.append([event]);
      const stored = await fixture.ledger.entry(1, 0);
      expect(stored?.event).toEqual(event);
      expect(stored?.leaf.byteLength).toBeLessThan(1000);
      const leaf = JSON.parse(Buffer.from(entries[0]?.leaf ?? []).toString('utf8'));
      expect((await fixture.ledger.blob(leaf['data-digest']))?.byteLength).toBeGreaterThan(65_535);
      const again = await writer.append([event]);
      expect(again.duplicates).toEqual([{ kind: 'duplicate', event, index: 0 }]);
    });

    it('refuses attributes that do not fit a leaf, and goes on', async () => {
      const writer = await fixture.openWriter(1);
      const extensions = Object.fromEntries(
        Array.from({ length: 140 }, (_, n) => [`x${n}`, 'v'.repeat(500)]),
      );
      const huge = { ...pushed({ id: 'huge' }), ...extensions } as ProvostEvent;
      const result = await writer.append([huge, pushed({ id: 'after' })]);
      expect(result.refused.map((refused) => refused.problem.code)).toEqual(['event.too-large']);
      expect(result.entries.map((entry) => entry.index)).toEqual([1]);
    });

    it('gives dense indexes in order to batches of any size that are in flight together', async () => {
      const writer = await fixture.openWriter(2);
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
      expect(await fixture.ledger.size(2)).toBe(next);
      expect((await collect(fixture.ledger.scan(2, 5, 900))).map((entry) => entry.index)).toEqual(
        range(900).slice(5),
      );
    });

    it('proves every entry and every earlier size against the signed roots', async () => {
      const { ledger } = fixture;
      const size = await ledger.size(2);
      const entries = await collect(ledger.scan(2, 0, size));
      const tree = createFrontierBuilder();
      const roots = [tree.root()];
      for (const entry of entries) {
        tree.append(entry.leafHash);
        roots.push(tree.root());
      }
      expect((await ledger.latestCheckpoint(2))?.root).toEqual(roots[size]);
      for (const index of [0, 1, 255, 256, 257, 511, 512, 767, 768, size - 1]) {
        const proof = await ledger.inclusionProof(2, index, size);
        const entry = entries[index];
        if (!proof.ok || entry === undefined) throw new Error('no proof');
        const root = roots[size] ?? new Uint8Array();
        const claim = { index, size, leafHash: entry.leafHash, proof: proof.value, root };
        expect(verifyInclusion(claim)).toEqual({ ok: true, value: true });
      }
      for (const from of [1, 255, 256, 300, 512, size]) {
        const proof = await ledger.consistencyProof(2, from, size);
        if (!proof.ok) throw new Error('no proof');
        const claim = {
          size1: from,
          size2: size,
          root1: roots[from] ?? new Uint8Array(),
          root2: roots[size] ?? new Uint8Array(),
          proof: proof.value,
        };
        expect(verifyConsistency(claim)).toEqual({ ok: true, value: true });
      }
      expect((await ledger.inclusionProof(2, size, size)).ok).toBe(false);
      expect((await ledger.inclusionProof(2, 0, size + 1)).ok).toBe(false);
      expect((await ledger.consistencyProof(2, 0, size)).ok).toBe(false);
    });

    it('lists checkpoints ascending and finds the smallest that covers an index', async () => {
      const { ledger } = fixture;
      const all = await ledger.checkpoints(2, { limit: 100 });
      const sizes = all.map((checkpoint) => checkpoint.size);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
      const last = all.at(-1);
      expect(await ledger.latestCheckpoint(2)).toEqual(last);
      expect(await ledger.checkpointCovering(2, (last?.size ?? 0) - 1)).toEqual(last);
      expect(await ledger.checkpointCovering(2, 0)).toEqual(all[0]);
      expect(await ledger.checkpointCovering(2, last?.size ?? 0)).toBeUndefined();
      expect(await ledger.checkpoints(2, { after: sizes[0] ?? 0, limit: 1 })).toEqual(
        all.slice(1, 2),
      );
    });

    it('knows an event again: in one batch, in flight, committed, and received once more', async () => {
      const writer = await fixture.openWriter(3);
      const one = pushed({ id: 'one' });
      const later = { ...one, receivedtime: '2026-03-05T00:00:00.000Z', project: 'other' };
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
      const writer = await fixture.openWriter(3);
      const received = '2026-03-01T00:00:00.000Z';
      const first = { ...pushed({ id: 'untimed', time: received }), receivedtime: received };
      const again = '2026-03-01T00:10:00.000Z';
      const second = { ...first, time: again, receivedtime: again };
      const { entries } = await writer.append([first]);
      const { duplicates } = await writer.append([second]);
      expect(duplicates.map((found) => found.index)).toEqual(entries.map((entry) => entry.index));
    });

    it('refuses an id that is taken by another body, staged or stored', async () => {
      const writer = await fixture.openWriter(3);
      const body = pushed({ id: 'taken', digest: digestOf('a') });
      const other = pushed({ id: 'taken', digest: digestOf('b') });
      const both = await writer.append([body, other]);
      expect(both.refused.map((refused) => refused.problem.code)).toEqual(['event.id-reused']);
      const stored = await writer.append([other, { ...body, source: 'urn:another' }]);
      expect(stored.refused.map((refused) => refused.index)).toEqual([both.entries[0]?.index]);
      expect(stored.entries).toHaveLength(1);
    });

    it('frees an id 32 days after it was received', async () => {
      const writer = await fixture.openWriter(3);
      const day = (n: number) => new Date(Date.UTC(2026, 2, n)).toISOString();
      const at = (n: number) => ({ ...pushed({ id: 'again' }), receivedtime: day(n) });
      expect((await writer.append([at(1)])).entries).toHaveLength(1);
      expect((await writer.append([at(32)])).entries).toHaveLength(0);
      expect((await writer.append([at(34)])).entries).toHaveLength(1);
    });

    it('finds entries by every field, and by fields together', async () => {
      const writer = await fixture.openWriter(4);
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
        const page = await fixture.ledger.search({
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
      const { ledger } = fixture;
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
      const { ledger } = fixture;
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
      const writer = await fixture.openWriter(5);
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
      const history = await fixture.ledger.tagHistory({ repository, tag: 'v1' });
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
      const then = await fixture.ledger.tagHistory({ repository, tag: 'v1', at: at(3) });
      expect(then.at(-1)?.digest).toBe(b);
      const other = await fixture.ledger.tagHistory({ repository, tag: 'x' });
      expect(other.map(({ type }) => type)).toEqual(['artifact.pushed', 'repository.deleted']);
      expect(await fixture.ledger.tagHistory({ repository: 'none', tag: 'v1' })).toEqual([]);
    });

    it('goes on where it was when another writer opens the shard', async () => {
      const before = await fixture.ledger.size(2);
      const writer = await fixture.openWriter(2);
      expect(writer.size()).toBe(before);
      const result = await writer.append([pushed({ id: 'e0' }), pushed({ id: 'new owner' })]);
      expect(result.duplicates.map((found) => found.index)).toEqual([0]);
      expect(result.entries.map((entry) => entry.index)).toEqual([before]);
    });

    it('loads the newest snapshot of its format, byte for byte', async () => {
      const { ledger } = fixture;
      const state = Uint8Array.from({ length: 70_000 }, (_, n) => n % 256);
      const snapshot = { consumer: 'detect', shard: 0, nextIndex: 5, format: 1, state };
      await ledger.saveSnapshot({ ...snapshot, nextIndex: 4, state: new Uint8Array([1]) });
      await ledger.saveSnapshot(snapshot);
      await ledger.saveSnapshot({ ...snapshot, format: 2, nextIndex: 9 });
      const loaded = await ledger.latestSnapshot('detect', 0, 1);
      expect(loaded?.nextIndex).toBe(5);
      expect(Buffer.compare(loaded?.state ?? Buffer.alloc(0), state)).toBe(0);
      expect(await ledger.latestSnapshot('detect', 1, 1)).toBeUndefined();
    });

    it('keeps tokens by version and revokes each once', async () => {
      const { tokens } = fixture;
      const token = {
        id: 'k1',
        name: "Harbor's \t token",
        hash: 'ab'.repeat(32),
        roles: ['ingest', "o'dd"],
        source: 'harbor',
        createdAt: '2026-03-01T00:00:00Z',
      };
      await tokens.put(token);
      await tokens.put({ ...token, id: 'k2', expiresAt: '2027-01-01T00:00:00Z' });
      await tokens.put({ ...token, name: 'renamed' });
      expect(await tokens.revoke('k1', '2026-03-02T00:00:00Z')).toBe(true);
      expect(await tokens.revoke('k1', '2026-03-03T00:00:00Z')).toBe(false);
      expect(await tokens.revoke('k3', '2026-03-03T00:00:00Z')).toBe(false);
      expect(await tokens.all()).toEqual([
        { ...token, name: 'renamed', revokedAt: '2026-03-02T00:00:00Z' },
        { ...token, id: 'k2', expiresAt: '2027-01-01T00:00:00Z' },
      ]);
    });

    it('checks itself and finds nothing wrong', async () => {
      const events = await collect(fixture.ledger.fsck());
      expect(events.filter((event) => event.kind === 'problem')).toEqual([]);
      expect(events.at(-1)).toMatchObject({ kind: 'summary', shards: 6, problems: 0 });
    });
  });
}

/** All that an iteration yields. */
export async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, n) => n);
}
