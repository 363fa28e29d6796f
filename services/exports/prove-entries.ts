import { equalBytes } from '../core/bytes.ts';
import { FatalError, ProvostError } from '../core/errors.ts';
import { createFrontierBuilder } from '../core/merkle/frontier.ts';
import { hashChildren } from '../core/merkle/hash-leaf.ts';
import { readRange } from '../core/merkle/tiles.ts';
import { coveringNodes, type NodeId, splitPoint } from '../core/merkle/tree-size.ts';
import type { Ledger, StoredCheckpoint } from '../ledger/ledger.ts';

/** Answers the audit path of an entry, the leaf's sibling first. */
export type Prover = (index: number) => Promise<readonly Uint8Array[]>;

// Below one entry in so many, asking for single proofs reads less than the whole shard.
const WORTH_A_SCAN = 64;

/**
 * Prepares proofs of the given indexes in the tree of a checkpoint. A dense selection is proved from one pass over
 * the shard's leaf hashes, keeping only the nodes that some path needs; a sparse one asks the ledger for each.
 */
export async function proveEntries(
  ledger: Ledger,
  checkpoint: StoredCheckpoint,
  indexes: readonly number[],
): Promise<Prover> {
  const { shard, size } = checkpoint;
  if (indexes.length * WORTH_A_SCAN < size) {
    return async (index) => {
      const proof = await ledger.inclusionProof(shard, index, size);
      if (!proof.ok) throw new ProvostError(proof.problem.code, proof.problem.message);
      return proof.value;
    };
  }
  const nodes = await collectNodes(ledger, checkpoint, neededNodes(indexes, size));
  return (index) =>
    Promise.all(
      pathRanges(index, size).map(([begin, end]) =>
        readRange(begin, end, async (node) => {
          const hash = nodes.get(keyOf(node));
          if (hash === undefined) throw new RangeError(`leaf ${index} was not asked for`);
          return hash;
        }),
      ),
    );
}

/** The ranges of leaves whose roots are an audit path, the leaf's sibling first (RFC 6962 section 2.1.1). */
function pathRanges(index: number, size: number): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      ranges.push([middle, end]);
      end = middle;
    } else {
      ranges.push([begin, middle]);
      begin = middle;
    }
  }
  return ranges.reverse();
}

function neededNodes(indexes: readonly number[], size: number): Set<string> {
  const needed = new Set<string>();
  for (const index of indexes) {
    for (const [begin, end] of pathRanges(index, size)) {
      for (const node of coveringNodes(begin, end)) needed.add(keyOf(node));
    }
  }
  return needed;
}

async function collectNodes(
  ledger: Ledger,
  { shard, size, root }: StoredCheckpoint,
  needed: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const nodes = new Map<string, Uint8Array>();
  const tree = createFrontierBuilder();
  const stack: Uint8Array[] = [];
  const keep = (node: NodeId, hash: Uint8Array) => {
    const key = keyOf(node);
    if (needed.has(key)) nodes.set(key, hash);
  };
  let expected = 0;
  for await (const { index, leafHash } of ledger.scan(shard, 0, size)) {
    if (index !== expected) break;
    expected++;
    tree.append(leafHash);
    let hash = leafHash;
    keep({ height: 0, index }, hash);
    let place = index;
    for (let height = 1; place % 2 === 1; height++) {
      hash = hashChildren(stack.pop() ?? hash, hash);
      place = (place - 1) / 2;
      keep({ height, index: place }, hash);
    }
    stack.push(hash);
  }
  if (expected !== size) {
    throw new FatalError('ledger.not-dense', `shard ${shard} lacks entry ${expected} of ${size}`);
  }
  if (!equalBytes(tree.root(), root)) {
    throw new FatalError(
      'ledger.checkpoint-mismatch',
      `the entries of shard ${shard} do not lead to its checkpoint of size ${size}`,
    );
  }
  return nodes;
}

function keyOf({ height, index }: NodeId): string {
  return `${height}/${index}`;
}
