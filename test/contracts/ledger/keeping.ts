import { expect, it } from 'vitest';
import { pushed } from '../../fakes/sample-events.ts';
import { collect } from './iterate.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

/** What outlives a writer: the size, snapshots, tokens; and the ledger checks itself. */
export function testKeeping(fixture: () => LedgerFixture): void {
  it('goes on where it was when another writer opens the shard', async () => {
    const before = await fixture().ledger.size(2);
    const writer = await fixture().openWriter(2);
    expect(writer.size()).toBe(before);
    const result = await writer.append([pushed({ id: 'e0' }), pushed({ id: 'new owner' })]);
    expect(result.duplicates.map((found) => found.index)).toEqual([0]);
    expect(result.entries.map((entry) => entry.index)).toEqual([before]);
  });

  it('loads the newest snapshot of its format, byte for byte', async () => {
    const { ledger } = fixture();
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

  it('keeps the parts of a snapshot, each with its newest state', async () => {
    const { ledger } = fixture();
    const owner = { consumer: 'detect', shard: 3, format: 1 };
    const part = (name: string, nextIndex: number) => ({
      name,
      nextIndex,
      state: Buffer.from(`${name} at ${nextIndex}`),
    });
    // More than one look at the storage gives.
    const many = Array.from({ length: 150 }, (_, n) => part(`lab-${n}`, 7));
    await ledger.saveSnapshotParts(owner, many);
    await ledger.saveSnapshotParts(owner, [part("lab's \t own", 9), part('lab-0', 9)]);
    await ledger.saveSnapshotParts(owner, [part('lab-0', 8)]);
    await ledger.saveSnapshotParts({ ...owner, format: 2 }, [part('lab-0', 99)]);
    const found = (await collect(ledger.snapshotParts(owner))).flat();
    const texts = found.map(({ state }) => Buffer.from(state).toString('utf8'));
    expect(texts.sort()).toEqual(
      [...many.slice(1), part("lab's \t own", 9), part('lab-0', 9)]
        .map(({ state }) => state.toString('utf8'))
        .sort(),
    );
    const named = await collect(ledger.snapshotParts(owner, ['lab-0', 'nobody']));
    expect(named.flat().map(({ name, nextIndex }) => [name, nextIndex])).toEqual([['lab-0', 9]]);
    expect(await ledger.latestSnapshot('detect', 3, 1)).toBeUndefined();
  });

  it('keeps tokens by version and revokes each once', async () => {
    const { tokens } = fixture();
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
    const events = await collect(fixture().ledger.fsck());
    expect(events.filter((event) => event.kind === 'problem')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ kind: 'summary', shards: 6, problems: 0 });
  });
}
