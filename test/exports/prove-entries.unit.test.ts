import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyInclusion } from '../../services/core/merkle/proofs.ts';
import { proveEntries } from '../../services/exports/prove-entries.ts';
import { createMemoryLedger } from '../fakes/memory-ledger.ts';
import { pushed } from '../fakes/sample-events.ts';

async function ledgerOf(sizes: number) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const ledger = createMemoryLedger({ origin: 'log.example', privateKey, clock: { now: () => 0 } });
  for (let n = 0; n < sizes; n++) await ledger.writer(0).append([pushed({ id: `p${n}` })]);
  return ledger;
}

describe('proveEntries', () => {
  it('gives the same paths as the ledger itself, for every index of every size up to 40', async () => {
    const ledger = await ledgerOf(40);
    for (const checkpoint of await ledger.checkpoints(0, { limit: 40 })) {
      const { size } = checkpoint;
      const indexes = Array.from({ length: size }, (_, index) => index);
      const prove = await proveEntries(ledger, checkpoint, indexes);
      for (const index of indexes) {
        const expected = await ledger.inclusionProof(0, index, size);
        expect(expected.ok && (await prove(index))).toEqual(expected.ok && expected.value);
      }
    }
  });

  it('asks the ledger for single proofs where few entries of a long shard are wanted', async () => {
    const ledger = await ledgerOf(130);
    const checkpoint = await ledger.latestCheckpoint(0);
    if (checkpoint === undefined) throw new Error('no checkpoint');
    let scanned = 0;
    const counting: typeof ledger = {
      ...ledger,
      scan: (...range) => {
        scanned++;
        return ledger.scan(...range);
      },
    };
    const prove = await proveEntries(counting, checkpoint, [7, 99]);
    const { size, root } = checkpoint;
    for (const index of [7, 99]) {
      const entry = await ledger.entry(0, index);
      if (entry === undefined) throw new Error('no entry');
      const { leafHash } = entry;
      const proof = await prove(index);
      expect(verifyInclusion({ index, size, leafHash, proof, root }).ok).toBe(true);
    }
    expect(scanned).toBe(0);
  });

  it('refuses a shard with a hole, and one that does not lead to its checkpoint', async () => {
    const ledger = await ledgerOf(9);
    const checkpoint = await ledger.latestCheckpoint(0);
    if (checkpoint === undefined) throw new Error('no checkpoint');
    const forged = { ...checkpoint, root: new Uint8Array(32) };
    await expect(proveEntries(ledger, forged, [1])).rejects.toThrow(/do not lead to/);
    ledger.faults.loseEntry(0, 4);
    await expect(proveEntries(ledger, checkpoint, [1])).rejects.toThrow(/lacks entry 4 of 9/);
  });
});
