import { foldRoot } from '../core/merkle/frontier.ts';
import { HASH_BYTES } from '../core/merkle/hash-leaf.ts';
import {
  partialTiles,
  placeNode,
  TILE_WIDTH,
  type TileReader,
  tileRoot,
} from '../core/merkle/tiles.ts';
import { coveringNodes } from '../core/merkle/tree-size.ts';

/** A full tile: 256 hashes of 32 bytes, and their root, which is one hash of the level above. */
export type CompletedTile = {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
  readonly root: Uint8Array;
};

/**
 * Grows a tree by its tiles: the partial tiles at the right edge are all that is kept, and a leaf costs one inner
 * hash on average, since inner nodes below a tile's root are computed once, when the tile is full or a root is asked.
 */
export type TileBuilder = {
  readonly size: () => number;
  /** Adds a leaf and returns the tiles that it completed, lowest level first. */
  readonly append: (leafHash: Uint8Array) => readonly CompletedTile[];
  readonly root: () => Uint8Array;
};

type Edge = { hashes: Buffer; width: number; index: number };

const NONE: readonly CompletedTile[] = [];

/** Starts from a tree of some size, whose partial tiles it reads. */
export async function createTileBuilder(size: number, readTile: TileReader): Promise<TileBuilder> {
  const edges: Edge[] = [];
  for (const { level, index, width } of partialTiles(size)) {
    const hashes = await readTile(level, index, width);
    if (hashes.byteLength < width * HASH_BYTES) {
      throw new RangeError(`tile ${level}/${index} is shorter than ${width} hashes`);
    }
    const edge = edgeAt(edges, level, size);
    edge.hashes.set(hashes.subarray(0, width * HASH_BYTES));
    edge.width = width;
    edge.index = index;
  }
  let leaves = size;
  const place = (level: number, hash: Uint8Array): CompletedTile | undefined => {
    const edge = edgeAt(edges, level, size);
    edge.hashes.set(hash, edge.width * HASH_BYTES);
    edge.width++;
    if (edge.width < TILE_WIDTH) return undefined;
    const full = { level, index: edge.index, hashes: edge.hashes, root: tileRoot(edge.hashes) };
    // The full buffer now belongs to the tile.
    edge.hashes = Buffer.alloc(TILE_WIDTH * HASH_BYTES);
    edge.width = 0;
    edge.index++;
    return full;
  };
  return {
    size: () => leaves,
    append: (leafHash) => {
      leaves++;
      let full = place(0, leafHash);
      if (full === undefined) return NONE;
      const completed: CompletedTile[] = [];
      for (let level = 1; full !== undefined; level++) {
        completed.push(full);
        full = place(level, full.root);
      }
      return completed;
    },
    root: () =>
      foldRoot(
        // The complete subtrees that make up a tree all end at its right edge, so each lies in a partial tile.
        coveringNodes(0, leaves).map((node) => {
          const { level, first, count } = placeNode(node);
          return tileRoot(edgeAt(edges, level, size).hashes, first, count).slice();
        }),
      ),
  };
}

function edgeAt(edges: Edge[], level: number, size: number): Edge {
  for (let next = edges.length; next <= level; next++) {
    const index = Math.floor(size / TILE_WIDTH ** (next + 1));
    edges.push({ hashes: Buffer.alloc(TILE_WIDTH * HASH_BYTES), width: 0, index });
  }
  const edge = edges[level];
  if (edge === undefined) throw new RangeError(`no tile level ${level}`);
  return edge;
}
