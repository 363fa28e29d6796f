import { ProvostError } from '../errors.ts';
import { type Frontier, foldRoot } from './frontier.ts';
import { HASH_BYTES, hashChildren } from './hash-leaf.ts';
import { assertSize, coveringNodes, type NodeId } from './tree-size.ts';

/** Hashes in a full tile, and entries in a full bundle (C2SP tlog-tiles: height 8). */
export const TILE_WIDTH = 256;

const TILE_HEIGHT = 8;
const DEEPEST_LEVEL = 63;

/** One tile: hashes `index·256` … `index·256 + width − 1` of its level; full when width is 256. */
export type Tile = { readonly level: number; readonly index: number; readonly width: number };

/**
 * Reads the hashes of a tile, 32 bytes each; more hashes than asked for, as from the full tile
 * that replaced a partial one, are welcome. Rejects when the tile cannot be had.
 */
export type TileReader = (level: number, index: number, width: number) => Promise<Uint8Array>;

/** Reads the hash of one complete subtree. */
export type NodeReader = (node: NodeId) => Promise<Uint8Array>;

/** Where a node's hashes stand: `count` of them from `first` on, in one tile. */
export type NodePlace = {
  readonly level: number;
  readonly index: number;
  readonly first: number;
  readonly count: number;
};

/** The path of a tile below the log's prefix: `tile/0/x001/x234/067`, partial: `….p/112`. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  assertTile(level, index, width);
  return `tile/${level}/${indexPath(index)}${partialSuffix(width)}`;
}

/** The path of a bundle of entries below the log's prefix: `tile/entries/x001/x234/067`. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  assertTile(0, index, width);
  return `tile/entries/${indexPath(index)}${partialSuffix(width)}`;
}

/** The hashes that a level's tile holds in a tree of some size: 0 (no such tile) to 256. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = hashesAtLevel(level, size) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** The full tiles that a tree of size `to` has and one of size `from` has not, lowest level first. */
export function completedTiles(from: number, to: number): Tile[] {
  return changedTiles(from, to).filter((tile) => tile.width === TILE_WIDTH);
}

/** The tiles whose content differs between a tree of size `from` and one of size `to`, as they are at `to`. */
export function changedTiles(from: number, to: number): Tile[] {
  assertSize(from);
  assertSize(to);
  if (from > to) throw new RangeError(`a tree does not shrink from ${from} to ${to}`);
  const tiles: Tile[] = [];
  for (let level = 0; hashesAtLevel(level, to) > 0; level++) {
    const before = hashesAtLevel(level, from);
    const after = hashesAtLevel(level, to);
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < after; index++) {
      tiles.push({ level, index, width: tileWidth(level, index, to) });
    }
  }
  return tiles.filter((tile) => tile.width > tileWidth(tile.level, tile.index, from));
}

/** The bundles of entries (level 0) that hold the entries `begin` … `end − 1` of a tree of some size. */
export function tilesForRange(begin: number, end: number, size: number): Tile[] {
  for (const leaf of [begin, end, size]) assertSize(leaf);
  const tiles: Tile[] = [];
  const last = Math.min(end, size);
  if (begin >= last) return tiles;
  for (let index = Math.floor(begin / TILE_WIDTH); index * TILE_WIDTH < last; index++) {
    tiles.push({ level: 0, index, width: tileWidth(0, index, size) });
  }
  return tiles;
}

/** The partial tiles at the right edge of a tree, lowest level first. */
export function partialTiles(size: number): Tile[] {
  assertSize(size);
  const tiles: Tile[] = [];
  for (let level = 0; hashesAtLevel(level, size) > 0; level++) {
    const hashes = hashesAtLevel(level, size);
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: (hashes - width) / TILE_WIDTH, width });
  }
  return tiles;
}

/** The tile that a node is computed from, and where its hashes stand in it. */
export function placeNode(node: NodeId): NodePlace {
  const level = Math.floor(node.height / TILE_HEIGHT);
  const count = 2 ** (node.height % TILE_HEIGHT);
  const index = Math.floor((node.index * count) / TILE_WIDTH);
  return { level, index, first: node.index * count - index * TILE_WIDTH, count };
}

/**
 * The root of `count` hashes of a tile from `first` on; a full tile's is its hash one level up.
 * Throws a RangeError unless `count` is a power of two: another number has no single node.
 */
export function tileRoot(hashes: Uint8Array, first = 0, count: number = TILE_WIDTH): Uint8Array {
  if (!Number.isInteger(Math.log2(count))) {
    throw new RangeError(`expected a power of two of hashes, received ${count}`);
  }
  let row: Uint8Array[] = [];
  for (let i = first; i < first + count; i++) {
    row.push(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      above.push(hashChildren(row[i] ?? hashes, row[i + 1] ?? hashes));
    }
    row = above;
  }
  return row[0] ?? hashes;
}

/** Reads nodes of a tree of some size out of its tiles, each tile once. Rejects with `ledger.tile-mismatch` on a short tile. */
export function createNodeReader(size: number, readTile: TileReader): NodeReader {
  assertSize(size);
  const tiles = new Map<string, Promise<Uint8Array>>();
  return async (node) => {
    const { level, index, first, count } = placeNode(node);
    const width = tileWidth(level, index, size);
    if (first + count > width) {
      throw new RangeError(`node ${node.height}/${node.index} is not in a tree of size ${size}`);
    }
    const key = `${level}/${index}`;
    const reading = tiles.get(key) ?? readTile(level, index, width);
    tiles.set(key, reading);
    const hashes = await reading;
    if (hashes.byteLength < width * HASH_BYTES) {
      throw new ProvostError(
        'ledger.tile-mismatch',
        `tile ${tilePath(level, index, width)} has ${hashes.byteLength} bytes, expected ${width * HASH_BYTES}`,
      );
    }
    return tileRoot(hashes, first, count);
  };
}

/** Restores the frontier of a tree of some size from its tiles. */
export async function readFrontier(size: number, readTile: TileReader): Promise<Frontier> {
  const readNode = createNodeReader(size, readTile);
  return { size, nodes: await Promise.all(coveringNodes(0, size).map(readNode)) };
}

/** The Merkle tree hash of a range that RFC 6962's recursion visits. */
export async function readRange(
  begin: number,
  end: number,
  readNode: NodeReader,
): Promise<Uint8Array> {
  return foldRoot(await Promise.all(coveringNodes(begin, end).map(readNode)));
}

function hashesAtLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

function assertTile(level: number, index: number, width: number): void {
  assertSize(index);
  if (!Number.isInteger(level) || level < 0 || level > DEEPEST_LEVEL) {
    throw new RangeError(`expected a tile level from 0 to 63, received ${level}`);
  }
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new RangeError(`expected a tile width from 1 to 256, received ${width}`);
  }
}

function indexPath(index: number): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  return padded.replace(/\d{3}(?=\d)/g, 'x$&/');
}

function partialSuffix(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}
