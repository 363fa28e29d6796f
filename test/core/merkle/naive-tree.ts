import { createHash } from 'node:crypto';
import type { TileReader } from '../../../services/core/merkle/tiles.ts';

/** RFC 6962 section 2.1 word for word over leaf hashes; ranges are `begin` … `end − 1`. */
export type NaiveTree = {
  /** MTH(D[begin:end]). */
  readonly hash: (begin: number, end: number) => Uint8Array;
  /** PATH(m, D[0:size]), section 2.1.1. */
  readonly path: (m: number, size: number) => Uint8Array[];
  /** PROOF(m, D[0:size]), section 2.1.2. */
  readonly proof: (m: number, size: number) => Uint8Array[];
};

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** The entry that every test tree has at an index. */
export function entry(index: number): Uint8Array {
  return Buffer.from(`entry ${index}`);
}

/** The leaf hashes of a test tree. */
export function leafHashes(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, i) => sha256(Buffer.of(0), entry(i)));
}

/** A tree by definition; it remembers hashes of ranges only to be bearable. */
export function createNaiveTree(leaves: readonly Uint8Array[]): NaiveTree {
  const known = new Map<number, Uint8Array>();

  function hash(begin: number, end: number): Uint8Array {
    const [first] = leaves.slice(begin, begin + 1);
    if (first === undefined || begin >= end) return sha256();
    if (end - begin === 1) return first;
    const key = begin * 2 ** 26 + end;
    const k = begin + split(end - begin);
    const found = known.get(key) ?? sha256(Buffer.of(1), hash(begin, k), hash(k, end));
    known.set(key, found);
    return found;
  }

  function path(m: number, begin: number, end: number): Uint8Array[] {
    if (end - begin <= 1) return [];
    const k = begin + split(end - begin);
    return m < k ? [...path(m, begin, k), hash(k, end)] : [...path(m, k, end), hash(begin, k)];
  }

  function subproof(m: number, begin: number, end: number, whole: boolean): Uint8Array[] {
    if (m === end) return whole ? [] : [hash(begin, end)];
    const k = begin + split(end - begin);
    return m <= k
      ? [...subproof(m, begin, k, whole), hash(k, end)]
      : [...subproof(m, k, end, false), hash(begin, k)];
  }

  return {
    hash,
    path: (m, size) => path(m, 0, size),
    proof: (m, size) => subproof(m, 0, size, true),
  };
}

/** MTH(D). */
export function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  return createNaiveTree(leaves).hash(0, leaves.length);
}

/** Tiles of C2SP tlog-tiles, each hash by its definition; `read` lists what was asked for. */
export function naiveTiles(leaves: readonly Uint8Array[]) {
  const tree = createNaiveTree(leaves);
  const read: string[] = [];
  const known = new Map<string, Uint8Array>();
  const readTile: TileReader = async (level, index, width) => {
    const key = `${level}/${index}/${width}`;
    read.push(key);
    const tile = known.get(key) ?? build(level, index, width);
    known.set(key, tile);
    return tile;
  };

  function build(level: number, index: number, width: number): Uint8Array {
    const span = 256 ** level;
    const hashes = Array.from({ length: width }, (_, i) => {
      const start = (index * 256 + i) * span;
      if (start + span > leaves.length) throw new Error(`no hash ${i} in tile ${level}/${index}`);
      return tree.hash(start, start + span);
    });
    return Buffer.concat(hashes);
  }

  return { read, readTile };
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
