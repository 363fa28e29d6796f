import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../services/core/bytes.ts';
import { EMPTY_ROOT } from '../../../services/core/merkle/hash-leaf.ts';
import {
  type ConsistencyClaim,
  consistencyProof,
  type InclusionClaim,
  inclusionProof,
  verifyConsistency,
  verifyInclusion,
} from '../../../services/core/merkle/proofs.ts';
import { vectorPath } from '../vectors.ts';
import { createNaiveTree, leafHashes, naiveTiles } from './naive-tree.ts';

const LARGEST = 100;
const leaves = leafHashes(3 * LARGEST);
const naive = createNaiveTree(leaves);
const root = (size: number) => naive.hash(0, size);
const leaf = (index: number) => leaves[index] ?? EMPTY_ROOT;
const { readTile } = naiveTiles(leaves);

/** Each single-step damage that a list of hashes can take. */
function damage(hashes: readonly Uint8Array[]): Uint8Array[][] {
  const flipped = hashes.flatMap((hash, at) =>
    [0, 31].map((byte) => {
      const bad = Uint8Array.from(hash);
      bad[byte] = (bad[byte] ?? 0) ^ 0x80;
      return hashes.with(at, bad);
    }),
  );
  const dropped = hashes.map((_, at) => hashes.toSpliced(at, 1));
  const inserted = [...hashes, EMPTY_ROOT].map((_, at) => hashes.toSpliced(at, 0, EMPTY_ROOT));
  const swapped = hashes.slice(1).map((hash, at) => {
    return hashes.with(at, hash).with(at + 1, hashes[at] ?? hash);
  });
  const cut = hashes.map((hash, at) => hashes.with(at, hash.subarray(1)));
  return [...flipped, ...dropped, ...inserted, ...swapped, ...cut];
}

function code(outcome: ReturnType<typeof verifyInclusion>): string {
  return outcome.ok ? 'ok' : outcome.problem.code;
}

describe('inclusion', { timeout: 60_000 }, () => {
  test('is proved as RFC 6962 does for every leaf of every tree of 1 to 100 leaves', async () => {
    for (let size = 1; size <= LARGEST; size++) {
      for (let index = 0; index < size; index++) {
        const made = await inclusionProof(index, size, readTile);
        expect(made.map(toHex)).toEqual(naive.path(index, size).map(toHex));
        const claim = { index, size, leafHash: leaf(index), proof: made, root: root(size) };
        expect(verifyInclusion(claim).ok).toBe(true);
      }
    }
  });

  test('of no damaged proof, other index, size, leaf or root is accepted', async () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 100]) {
      for (let index = 0; index < size; index++) {
        const good: InclusionClaim = {
          index,
          size,
          leafHash: leaf(index),
          proof: await inclusionProof(index, size, readTile),
          root: root(size),
        };
        const bad: InclusionClaim[] = [
          ...damage(good.proof).map((hashes) => ({ ...good, proof: hashes })),
          ...[index - 1, index + 1, index ^ 1, size, size + index].map((other) => ({
            ...good,
            index: other,
          })),
          { ...good, leafHash: leaf(index + 1) },
          { ...good, leafHash: good.leafHash.subarray(1) },
          { ...good, root: root(size - 1) },
          { ...good, root: good.root.subarray(1) },
          { ...good, root: new Uint8Array() },
        ];
        for (const claim of bad) expect(verifyInclusion(claim).ok).toBe(false);
      }
    }
  });

  test('tells a proof that cannot be from one that leads elsewhere', async () => {
    const claim = {
      index: 3,
      size: 7,
      leafHash: leaf(3),
      proof: await inclusionProof(3, 7, readTile),
      root: root(7),
    };
    expect(code(verifyInclusion({ ...claim, proof: claim.proof.slice(1) }))).toBe(
      'proof.malformed',
    );
    expect(code(verifyInclusion({ ...claim, proof: [...claim.proof, root(1)] }))).toBe(
      'proof.malformed',
    );
    expect(code(verifyInclusion({ ...claim, index: 7 }))).toBe('proof.malformed');
    expect(code(verifyInclusion({ ...claim, index: 0.5 }))).toBe('proof.malformed');
    expect(code(verifyInclusion({ ...claim, size: 2n ** 64n }))).toBe('proof.malformed');
    expect(code(verifyInclusion({ ...claim, root: root(6) }))).toBe('proof.mismatch');
  });

  test('of a leaf that is not there is not made', async () => {
    await expect(inclusionProof(7, 7, readTile)).rejects.toThrow(RangeError);
    await expect(inclusionProof(0, 0, readTile)).rejects.toThrow(RangeError);
    await expect(inclusionProof(-1, 7, readTile)).rejects.toThrow(RangeError);
  });
});

describe('consistency', { timeout: 60_000 }, () => {
  test('is proved as RFC 6962 does between all sizes from 1 to 100', async () => {
    for (let size2 = 1; size2 <= LARGEST; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const made = await consistencyProof(size1, size2, readTile);
        expect(made.map(toHex)).toEqual(naive.proof(size1, size2).map(toHex));
        const claim = { size1, size2, root1: root(size1), root2: root(size2), proof: made };
        expect(verifyConsistency(claim).ok).toBe(true);
      }
    }
  });

  test('of no damaged proof, other size or root is accepted', async () => {
    for (const size2 of [1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 33, 64, 100]) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const good: ConsistencyClaim = {
          size1,
          size2,
          root1: root(size1),
          root2: root(size2),
          proof: await consistencyProof(size1, size2, readTile),
        };
        const bad: ConsistencyClaim[] = [
          ...damage(good.proof).map((hashes) => ({ ...good, proof: hashes })),
          { ...good, size1: 0 },
          { ...good, size1: size2 + 1 },
          { ...good, size1: size1 + 1 },
          { ...good, root1: root(size1 - 1) },
          { ...good, root2: root(size2 - 1) },
          { ...good, root1: good.root1.subarray(1) },
          { ...good, root2: good.root2.subarray(1) },
          ...(size1 < size2 ? [{ ...good, root1: good.root2, root2: good.root1 }] : []),
        ];
        for (const claim of bad) expect(verifyConsistency(claim).ok).toBe(false);
      }
    }
  });

  test('tells a proof of the wrong length from one that leads elsewhere', async () => {
    const made = await consistencyProof(3, 7, readTile);
    const claim = { size1: 3, size2: 7, root1: root(3), root2: root(7), proof: made };
    for (const wrong of [[], made.slice(1), [...made, root(1)]]) {
      expect(code(verifyConsistency({ ...claim, proof: wrong }))).toBe('proof.malformed');
    }
    expect(code(verifyConsistency({ ...claim, root2: root(6) }))).toBe('proof.mismatch');
  });

  test('shows two roots of one size as a mismatch', () => {
    const claim = { size1: 5, size2: 5, root1: root(5), root2: root(6), proof: [] };
    expect(code(verifyConsistency(claim))).toBe('proof.mismatch');
    expect(code(verifyConsistency({ ...claim, proof: [root(1)] }))).toBe('proof.malformed');
  });

  test('is not made from no leaves, or backwards', async () => {
    await expect(consistencyProof(0, 7, readTile)).rejects.toThrow(RangeError);
    await expect(consistencyProof(8, 7, readTile)).rejects.toThrow(RangeError);
  });
});

test('proofs from tiles of several levels verify', { timeout: 60_000 }, async () => {
  const size = 66_000;
  const many = leafHashes(size);
  const tree = createNaiveTree(many);
  const { readTile: readMany } = naiveTiles(many);
  const rootOf = (count: number) => tree.hash(0, count);
  const whole = rootOf(size);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: size }), async (at) => {
      const index = at - 1;
      const leafHash = many[index] ?? EMPTY_ROOT;
      const included = await inclusionProof(index, size, readMany);
      expect(verifyInclusion({ index, size, leafHash, proof: included, root: whole }).ok).toBe(
        true,
      );
      const consistent = await consistencyProof(at, size, readMany);
      const claim = { size1: at, size2: size, root1: rootOf(at), root2: whole, proof: consistent };
      expect(verifyConsistency(claim).ok).toBe(true);
    }),
    { numRuns: 20 },
  );
});

describe('vectors of transparency-dev/merkle', () => {
  // The integers go up to 2^64 − 1, which JSON.parse would round.
  const count = Type.String({ pattern: '^[0-9]+$' });
  const hash = Type.Union([Type.String(), Type.Null()]);
  const hashes = Type.Union([Type.Array(Type.String()), Type.Null()]);
  const inclusion = Compile(
    Type.Object({
      leafIdx: count,
      treeSize: count,
      root: hash,
      leafHash: hash,
      proof: hashes,
      wantErr: Type.Boolean(),
    }),
  );
  const consistency = Compile(
    Type.Object({
      size1: count,
      size2: count,
      root1: hash,
      root2: hash,
      proof: hashes,
      wantErr: Type.Boolean(),
    }),
  );
  const folder = vectorPath('merkle');
  const bytes = (text: string | null) => Buffer.from(text ?? '', 'base64');

  function files(kind: string): string[] {
    if (folder === undefined) return [];
    return readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(kind, name))
      .sort();
  }

  function read(name: string): unknown {
    const text = readFileSync(join(folder ?? '', name), 'utf8');
    return JSON.parse(text.replace(/": (\d+)/g, '": "$1"'));
  }

  test('are all 196 there', (context) => {
    if (folder === undefined) return context.skip('no vectors: merkle');
    expect([...files('inclusion'), ...files('consistency')]).toHaveLength(196);
  });

  test.each(files('inclusion'))('%s', (name) => {
    const vector = inclusion.Parse(read(name));
    const outcome = verifyInclusion({
      index: BigInt(vector.leafIdx),
      size: BigInt(vector.treeSize),
      leafHash: bytes(vector.leafHash),
      proof: (vector.proof ?? []).map(bytes),
      root: bytes(vector.root),
    });
    expect(outcome.ok).toBe(!vector.wantErr);
  });

  test.each(files('consistency'))('%s', (name) => {
    const vector = consistency.Parse(read(name));
    const outcome = verifyConsistency({
      size1: BigInt(vector.size1),
      size2: BigInt(vector.size2),
      root1: bytes(vector.root1),
      root2: bytes(vector.root2),
      proof: (vector.proof ?? []).map(bytes),
    });
    expect(outcome.ok).toBe(!vector.wantErr);
  });
});
