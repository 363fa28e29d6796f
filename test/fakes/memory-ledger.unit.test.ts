import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../services/core/bytes.ts';
import { verifyConsistency, verifyInclusion } from '../../services/core/merkle/proofs.ts';
import { openNote } from '../../services/core/note/signed-note.ts';
import { parseVerifierKey } from '../../services/core/note/verifier-key.ts';
import { collect } from '../contracts/ledger/iterate.ts';
import { describeLedgerContract } from '../contracts/ledger-contract.ts';
import { createMemoryLedger } from './memory-ledger.ts';
import { createMemoryTokenStore } from './memory-token-store.ts';
import { pushed } from './sample-events.ts';

const open = () =>
  createMemoryLedger({
    origin: 'log.example/test',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    clock: { now: () => Date.parse('2026-03-02T00:00:00Z') },
  });

const push = (n: number) =>
  pushed({ id: `push-${n}`, time: `2026-03-01T00:00:${String(n % 60).padStart(2, '0')}Z` });

describeLedgerContract('in memory', async () => {
  const ledger = open();
  return {
    ledger,
    openWriter: async (shard) => ledger.writer(shard),
    tokens: createMemoryTokenStore(),
    close: async () => {},
  };
});

describe('memory ledger', () => {
  it('proves every entry of every size up to 300 against a signed checkpoint', async () => {
    const ledger = open();
    const writer = ledger.writer(3);
    for (let n = 0; n < 300; n++) await writer.append([push(n)]);
    const key = parseVerifierKey(ledger.verifierKey(3));
    expect(key.ok).toBe(true);
    const all = await ledger.checkpoints(3, { limit: 1000 });
    expect(all).toHaveLength(300);
    for (const { size, root, note } of all.filter(({ size }) => size % 37 === 0 || size > 297)) {
      expect(openNote(note, key.ok ? [key.value] : []).ok).toBe(true);
      for await (const { index, leafHash } of ledger.scan(3, 0, size)) {
        const proof = await ledger.inclusionProof(3, index, size);
        if (!proof.ok) throw new Error(proof.problem.message);
        const included = verifyInclusion({ index, size, leafHash, proof: proof.value, root });
        expect(included.ok).toBe(true);
      }
    }
    const [first, last] = [all[40], all[299]];
    const proof = await ledger.consistencyProof(3, 41, 300);
    if (!proof.ok || first === undefined || last === undefined) throw new Error('no proof');
    const [root1, root2] = [first.root, last.root];
    const claim = { size1: 41, size2: 300, root1, root2, proof: proof.value };
    expect(verifyConsistency(claim).ok).toBe(true);
  });

  it('finds a flipped leaf, a lost entry and a forged checkpoint, and is quiet otherwise', async () => {
    const problems = async (spoil: (ledger: ReturnType<typeof open>) => void) => {
      const ledger = open();
      await ledger.writer(0).append([push(0), push(1)]);
      spoil(ledger);
      const found = await collect(ledger.fsck());
      return found.flatMap((event) => (event.kind === 'problem' ? [event.problem.code] : []));
    };
    expect(await problems(() => {})).toEqual([]);
    expect(await problems(({ faults }) => faults.replaceLeaf(0, 1, utf8('{}')))).toContain(
      'ledger.leaf-mismatch',
    );
    expect(await problems(({ faults }) => faults.loseEntry(0, 0))).toEqual(['ledger.not-dense']);
    expect(await problems(({ faults }) => faults.replaceNote(0, 2, 'x\n\n— y AAAAAAA=\n'))).toEqual(
      ['note.unknown-key'],
    );
  });
});
