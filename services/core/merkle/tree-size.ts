/** Throws a RangeError unless the number counts leaves exactly: an integer from 0 to 2^53 − 1. */
export function assertSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`expected a tree size from 0 to 2^53 - 1, received ${size}`);
  }
}

/** A run of leaves whose Merkle tree hash is one node: leaves index·2^height … (index+1)·2^height − 1. */
export type NodeId = { readonly height: number; readonly index: number };

/**
 * The complete subtrees that cover the leaves `begin` … `end − 1`, largest first, provided that
 * `begin` is 0 or a multiple of the largest power of two below the length: such are all ranges
 * of RFC 6962's recursions.
 */
export function coveringNodes(begin: number, end: number): NodeId[] {
  const nodes: NodeId[] = [];
  let start = begin;
  while (start < end) {
    let height = 0;
    while (2 ** (height + 1) <= end - start) height++;
    nodes.push({ height, index: start / 2 ** height });
    start += 2 ** height;
  }
  return nodes;
}

/** The largest power of two that is smaller than the number of leaves, for two leaves or more. */
export function splitPoint(leaves: number): number {
  let power = 1;
  while (power * 2 < leaves) power *= 2;
  return power;
}
