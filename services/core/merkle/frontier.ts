import { EMPTY_ROOT, HASH_BYTES, hashChildren } from './hash-leaf.ts';
import { assertSize } from './tree-size.ts';

/**
 * All that must be remembered of a tree in order to append to it: the roots of the complete
 * subtrees that its size is the sum of, largest and leftmost first, 32 bytes each.
 */
export type Frontier = { readonly size: number; readonly nodes: readonly Uint8Array[] };

/** Appends leaf hashes one by one; what it hands out is never changed by a later append. */
export type FrontierBuilder = {
  readonly append: (leafHash: Uint8Array) => void;
  readonly size: () => number;
  readonly root: () => Uint8Array;
  readonly snapshot: () => Frontier;
};

/** The frontier of the tree without leaves. */
export const emptyFrontier: Frontier = { size: 0, nodes: [] };

/** Starts from a frontier and leaves it untouched. Throws a RangeError on one that cannot be. */
export function createFrontierBuilder(start: Frontier = emptyFrontier): FrontierBuilder {
  assertFrontier(start);
  const nodes = [...start.nodes];
  let size = start.size;
  return {
    append: (leafHash) => {
      assertSize(size + 1);
      if (leafHash.byteLength !== HASH_BYTES) {
        throw new RangeError(`expected a leaf hash of 32 bytes, received ${leafHash.byteLength}`);
      }
      let node = leafHash;
      // Every trailing one bit of the size is a complete subtree that this leaf doubles.
      for (let bits = size; bits % 2 === 1; bits = (bits - 1) / 2) {
        node = hashChildren(nodes.pop() ?? EMPTY_ROOT, node);
      }
      nodes.push(node);
      size++;
    },
    size: () => size,
    root: () => foldRoot(nodes),
    snapshot: () => ({ size, nodes: [...nodes] }),
  };
}

/** The frontier after one more leaf. */
export function appendLeaf(frontier: Frontier, leafHash: Uint8Array): Frontier {
  return appendLeaves(frontier, [leafHash]);
}

/** The frontier after more leaves, in order. */
export function appendLeaves(frontier: Frontier, leafHashes: Iterable<Uint8Array>): Frontier {
  const builder = createFrontierBuilder(frontier);
  for (const leafHash of leafHashes) builder.append(leafHash);
  return builder.snapshot();
}

/** The Merkle tree hash of all leaves (RFC 6962 section 2.1), 32 bytes. */
export function frontierRoot(frontier: Frontier): Uint8Array {
  assertFrontier(frontier);
  return foldRoot(frontier.nodes);
}

/** Folds roots of neighbouring subtrees, largest first, from the right; none give the empty root. */
export function foldRoot(nodes: readonly Uint8Array[]): Uint8Array {
  let root = nodes.at(-1) ?? EMPTY_ROOT;
  for (let i = nodes.length - 2; i >= 0; i--) {
    root = hashChildren(nodes[i] ?? EMPTY_ROOT, root);
  }
  return root;
}

function assertFrontier(frontier: Frontier): void {
  assertSize(frontier.size);
  let expected = 0;
  for (let bits = frontier.size; bits > 0; bits = Math.floor(bits / 2)) expected += bits % 2;
  if (frontier.nodes.length !== expected) {
    throw new RangeError(
      `a frontier of size ${frontier.size} has ${expected} nodes, received ${frontier.nodes.length}`,
    );
  }
  if (frontier.nodes.some((node) => node.byteLength !== HASH_BYTES)) {
    throw new RangeError('a frontier node has 32 bytes');
  }
}
