import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../services/core/bytes.ts';
import {
  appendLeaf,
  appendLeaves,
  createFrontierBuilder,
  emptyFrontier,
  frontierRoot,
} from '../../../services/core/merkle/frontier.ts';
import {
  EMPTY_ROOT,
  hashChildren,
  hashLeaf,
  sha256,
} from '../../../services/core/merkle/hash-leaf.ts';
import { createNaiveTree, entry, leafHashes, treeHash } from './naive-tree.ts';

describe('hashing', () => {
  test('gives the roots that RFC 6962 gives', () => {
    expect(toHex(EMPTY_ROOT)).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(toHex(hashLeaf(new Uint8Array()))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });

  test('prefixes leaves and nodes differently', () => {
    const [left, right] = [sha256(entry(0)), sha256(entry(1))];
    const both = Buffer.concat([left, right]);
    expect(hashChildren(left, right)).toEqual(sha256(Buffer.concat([Buffer.of(1), both])));
    expect(hashLeaf(both)).toEqual(sha256(Buffer.concat([Buffer.of(0), both])));
  });

  test.each([0, 1, 65_534, 65_535, 65_536, 200_000])('hashes a leaf of %i bytes', (length) => {
    hashLeaf(Buffer.alloc(65_535, 9));
    const data = Buffer.alloc(length, 7);
    expect(hashLeaf(data)).toEqual(sha256(Buffer.concat([Buffer.of(0), data])));
  });

  test('gives a new array each time', () => {
    const first = hashLeaf(entry(0));
    const copy = Uint8Array.from(first);
    hashLeaf(entry(1));
    expect(Uint8Array.from(first)).toEqual(copy);
  });

  test('refuses children that are not hashes', () => {
    expect(() => hashChildren(EMPTY_ROOT, EMPTY_ROOT.subarray(1))).toThrow(RangeError);
    expect(() => hashChildren(new Uint8Array(33), EMPTY_ROOT)).toThrow(RangeError);
  });
});

describe('frontier', () => {
  test('has the root of RFC 6962 at every size from 0 to 600', () => {
    const leaves = leafHashes(600);
    const naive = createNaiveTree(leaves);
    const builder = createFrontierBuilder();
    expect(builder.root()).toEqual(EMPTY_ROOT);
    for (const [i, leaf] of leaves.entries()) {
      builder.append(leaf);
      expect(builder.size()).toBe(i + 1);
      expect(builder.root()).toEqual(naive.hash(0, i + 1));
      expect(frontierRoot(builder.snapshot())).toEqual(builder.root());
    }
  });

  test('does not depend on how the leaves were cut into batches', () => {
    const leaves = leafHashes(300);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 100 }), { maxLength: 6 }), (cuts) => {
        let frontier = emptyFrontier;
        for (const cut of [...cuts, 300]) {
          const end = Math.min(300, frontier.size + cut);
          frontier = appendLeaves(frontier, leaves.slice(frontier.size, end));
        }
        expect(frontier.size).toBe(300);
        expect(frontierRoot(frontier)).toEqual(treeHash(leaves));
      }),
      { numRuns: 30 },
    );
  });

  test('leaves the frontier that it starts from, and its snapshots, untouched', () => {
    const leaves = leafHashes(8);
    const start = appendLeaves(emptyFrontier, leaves.slice(0, 3));
    const builder = createFrontierBuilder(start);
    const snapshot = builder.snapshot();
    for (const leaf of leaves.slice(3)) builder.append(leaf);
    for (const kept of [start, snapshot]) {
      expect(frontierRoot(kept)).toEqual(treeHash(leaves.slice(0, 3)));
    }
    expect(emptyFrontier).toEqual({ size: 0, nodes: [] });
  });

  test('counts past 2^32 leaves', () => {
    // 2^40 − 1 leaves have 40 nodes; one leaf more folds them all into one.
    const node = sha256(entry(0));
    const frontier = { size: 2 ** 40 - 1, nodes: Array.from({ length: 40 }, () => node) };
    const next = appendLeaf(frontier, node);
    expect(next).toMatchObject({ size: 2 ** 40 });
    expect(next.nodes).toHaveLength(1);
    let root = node;
    for (let i = 0; i < 40; i++) root = hashChildren(node, root);
    expect(next.nodes[0]).toEqual(root);
  });

  test('refuses a frontier that cannot be, and a leaf that is no hash', () => {
    const node = EMPTY_ROOT;
    expect(() => frontierRoot({ size: 3, nodes: [node] })).toThrow(/2 nodes/);
    expect(() => frontierRoot({ size: 1, nodes: [node.subarray(1)] })).toThrow(/32 bytes/);
    expect(() => frontierRoot({ size: 1.5, nodes: [node] })).toThrow(RangeError);
    expect(() => frontierRoot({ size: -1, nodes: [] })).toThrow(RangeError);
    expect(() => appendLeaf(emptyFrontier, entry(0))).toThrow(/leaf hash/);
    const full = { size: Number.MAX_SAFE_INTEGER, nodes: Array.from({ length: 53 }, () => node) };
    expect(() => appendLeaf(full, node)).toThrow(RangeError);
  });
});
