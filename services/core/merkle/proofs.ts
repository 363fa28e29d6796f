import { equalBytes } from '../bytes.ts';
import { type Problem, problem } from '../errors.ts';
import { fail, type Outcome, ok } from '../outcome.ts';
import { HASH_BYTES, hashChildren } from './hash-leaf.ts';
import { createNodeReader, readRange, type TileReader } from './tiles.ts';
import { assertSize, splitPoint } from './tree-size.ts';

/** A leaf or tree size, up to 2^64 − 1: other logs count further than a double does. */
type LeafCount = number | bigint;

/** What an inclusion proof claims; every hash is 32 bytes. */
export type InclusionClaim = {
  readonly index: LeafCount;
  readonly size: LeafCount;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
};

/** What a consistency proof claims; every hash is 32 bytes. */
export type ConsistencyClaim = {
  readonly size1: LeafCount;
  readonly size2: LeafCount;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

const LARGEST_COUNT = 2n ** 64n - 1n;

/**
 * The audit path of RFC 6962 section 2.1.1 for a leaf of a tree of some size, the leaf's sibling
 * first. Throws a RangeError when there is no such leaf; rejects when a tile cannot be read.
 */
export async function inclusionProof(
  index: number,
  size: number,
  readTile: TileReader,
): Promise<Uint8Array[]> {
  assertSize(size);
  assertSize(index);
  if (index >= size) throw new RangeError(`leaf ${index} is not in a tree of size ${size}`);
  const readNode = createNodeReader(size, readTile);
  const path: Promise<Uint8Array>[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      path.push(readRange(middle, end, readNode));
      end = middle;
    } else {
      path.push(readRange(begin, middle, readNode));
      begin = middle;
    }
  }
  return Promise.all(path.reverse());
}

/**
 * The consistency proof of RFC 6962 section 2.1.2 between two sizes of one tree; empty when they
 * are equal. Throws a RangeError unless 1 ≤ size1 ≤ size2: nothing can be proved of no leaves.
 */
export async function consistencyProof(
  size1: number,
  size2: number,
  readTile: TileReader,
): Promise<Uint8Array[]> {
  assertSize(size1);
  assertSize(size2);
  if (size1 < 1 || size1 > size2) {
    throw new RangeError(`no consistency proof from size ${size1} to ${size2}`);
  }
  const readNode = createNodeReader(size2, readTile);
  const path: Promise<Uint8Array>[] = [];
  let begin = 0;
  let end = size2;
  while (end !== size1) {
    const middle = begin + splitPoint(end - begin);
    if (size1 <= middle) {
      path.push(readRange(middle, end, readNode));
      end = middle;
    } else {
      path.push(readRange(begin, middle, readNode));
      begin = middle;
    }
  }
  // A subtree that starts at leaf 0 is the old tree, whose root the verifier already has.
  if (begin > 0) path.push(readRange(begin, end, readNode));
  return Promise.all(path.reverse());
}

/** Accepts only a proof that leads from the leaf to exactly this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim): Outcome<true, Problem> {
  const index = toCount(claim.index);
  const size = toCount(claim.size);
  if (index === undefined || size === undefined) return malformed('index or size is not a count');
  if (index >= size) return malformed(`leaf ${index} is not in a tree of size ${size}`);
  if (claim.leafHash.byteLength !== HASH_BYTES) return malformed('the leaf hash is not 32 bytes');
  const wrongHash = findWrongHash(claim.proof);
  if (wrongHash !== undefined) return wrongHash;
  let node = index;
  let last = size - 1n;
  let hash = claim.leafHash;
  for (const sibling of claim.proof) {
    if (last === 0n) return malformed('the proof has more hashes than the path from leaf to root');
    if ((node & 1n) === 1n || node === last) {
      hash = hashChildren(sibling, hash);
      // A right edge without a sibling rises to the level where it has one.
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = hashChildren(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return malformed('the proof has fewer hashes than the path from leaf to root');
  return equalBytes(hash, claim.root)
    ? ok(true)
    : mismatch('the path from the leaf leads to another root');
}

/**
 * Accepts only a proof that the first `size1` leaves of the tree with root2 are the tree with
 * root1 (RFC 9162 section 2.1.4.2). Size 0 is refused: it would prove nothing.
 */
export function verifyConsistency(claim: ConsistencyClaim): Outcome<true, Problem> {
  const size1 = toCount(claim.size1);
  const size2 = toCount(claim.size2);
  if (size1 === undefined || size2 === undefined) return malformed('a size is not a count');
  if (size1 > size2) return malformed(`a tree does not shrink from ${size1} to ${size2}`);
  if (size1 === 0n) return malformed('every tree is consistent with one of size 0');
  const wrongHash = findWrongHash(claim.proof);
  if (wrongHash !== undefined) return wrongHash;
  if (size1 === size2) {
    if (claim.proof.length > 0) return malformed('equal sizes need an empty proof');
    return equalBytes(claim.root1, claim.root2)
      ? ok(true)
      : mismatch('two roots for one size: the log shows different trees');
  }
  // When size1 is a power of two, the old root is itself the first node of the path.
  const oldRootIsNode = (size1 & (size1 - 1n)) === 0n;
  const path = oldRootIsNode ? [claim.root1, ...claim.proof] : claim.proof;
  const start = path[0];
  if (start === undefined || claim.proof.length === 0) return malformed('the proof is empty');
  if (start.byteLength !== HASH_BYTES) return malformed('the old root is not 32 bytes');
  let node = size1 - 1n;
  let last = size2 - 1n;
  while ((node & 1n) === 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  let hash1 = start;
  let hash2 = start;
  for (const sibling of path.slice(1)) {
    if (last === 0n) return malformed('the proof has more hashes than the path to the root');
    if ((node & 1n) === 1n || node === last) {
      hash1 = hashChildren(sibling, hash1);
      hash2 = hashChildren(sibling, hash2);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash2 = hashChildren(hash2, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return malformed('the proof has fewer hashes than the path to the root');
  if (!equalBytes(hash1, claim.root1)) return mismatch('the proof leads to another old root');
  if (!equalBytes(hash2, claim.root2)) return mismatch('the proof leads to another new root');
  return ok(true);
}

function toCount(count: LeafCount): bigint | undefined {
  if (typeof count === 'number' && !Number.isSafeInteger(count)) return undefined;
  const exact = BigInt(count);
  return exact >= 0n && exact <= LARGEST_COUNT ? exact : undefined;
}

function findWrongHash(proof: readonly Uint8Array[]) {
  const at = proof.findIndex((hash) => hash.byteLength !== HASH_BYTES);
  return at < 0 ? undefined : malformed(`hash ${at} of the proof is not 32 bytes`);
}

function malformed(message: string) {
  return fail(problem('proof.malformed', message));
}

function mismatch(message: string) {
  return fail(problem('proof.mismatch', message));
}
