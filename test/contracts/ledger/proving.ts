import { expect, it } from 'vitest';
import { createFrontierBuilder } from '../../../services/core/merkle/frontier.ts';
import { verifyConsistency, verifyInclusion } from '../../../services/core/merkle/proofs.ts';
import { collect } from './iterate.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

/** What is proved of what was appended before. */
export function testProving(fixture: () => LedgerFixture): void {
  it('proves every entry and every earlier size against the signed roots', async () => {
    const { ledger } = fixture();
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
    const { ledger } = fixture();
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
}
