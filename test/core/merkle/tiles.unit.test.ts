import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendLeaves, emptyFrontier } from '../../../services/core/merkle/frontier.ts';
import {
  changedTiles,
  completedTiles,
  createNodeReader,
  entriesPath,
  partialTiles,
  placeNode,
  readFrontier,
  type Tile,
  tilePath,
  tileRoot,
  tilesForRange,
  tileWidth,
} from '../../../services/core/merkle/tiles.ts';
import { leafHashes, naiveTiles, treeHash } from './naive-tree.ts';

const key = ({ level, index, width }: Tile) => `${level}/${index}/${width}`;

/** Every tile of a tree by the definition in tlog-tiles. */
function allTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / 256)) {
    for (let index = 0; index * 256 < hashes; index++) {
      tiles.push({ level, index, width: Math.min(256, hashes - index * 256) });
    }
  }
  return tiles;
}

describe('paths', () => {
  test.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 1_234_067, 256, 'tile/0/x001/x234/067'],
    [3, 999, 1, 'tile/3/999.p/1'],
    [1, 1000, 255, 'tile/1/x001/000.p/255'],
    [63, 123_456_789_012, 256, 'tile/63/x123/x456/x789/012'],
  ])('writes level %i, index %i, width %i as %s', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
  });

  test('writes bundles of entries beside the levels', () => {
    expect(entriesPath(1_234_067)).toBe('tile/entries/x001/x234/067');
    expect(entriesPath(0, 17)).toBe('tile/entries/000.p/17');
  });

  test.each([
    [-1, 0, 256],
    [64, 0, 256],
    [0, -1, 256],
    [0, 0.5, 256],
    [0, 2 ** 53, 256],
    [0, 0, 0],
    [0, 0, 257],
  ])('refuses level %d, index %d, width %d', (level, index, width) => {
    expect(() => tilePath(level, index, width)).toThrow(RangeError);
  });
});

describe('geometry', () => {
  test('is that of the example of 70,000 leaves in tlog-tiles', () => {
    expect(partialTiles(70_000)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    const full = completedTiles(0, 70_000);
    expect(full.filter((tile) => tile.level === 0)).toHaveLength(273);
    expect(full.filter((tile) => tile.level === 1)).toEqual([{ level: 1, index: 0, width: 256 }]);
    expect(full.filter((tile) => tile.level > 1)).toEqual([]);
    expect(partialTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
  });

  test('changes exactly the tiles that two trees do not share', () => {
    const size = fc.oneof(fc.nat({ max: 1200 }), fc.nat({ max: 200_000 }));
    fc.assert(
      fc.property(size, size, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const before = new Set(allTiles(from).map(key));
        const changed = allTiles(to).filter((tile) => !before.has(key(tile)));
        expect(changedTiles(from, to).map(key)).toEqual(changed.map(key));
        const completed = changed.filter((tile) => tile.width === 256);
        expect(completedTiles(from, to).map(key)).toEqual(completed.map(key));
        const partial = allTiles(to).filter((tile) => tile.width < 256);
        expect(partialTiles(to).map(key)).toEqual(partial.map(key));
      }),
      { numRuns: 200 },
    );
  });

  test('completes every tile once, however the growth is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 10 }), (steps) => {
        const completed: string[] = [];
        let size = 0;
        for (const step of steps) {
          completed.push(...completedTiles(size, size + step).map(key));
          size += step;
        }
        expect(completed.toSorted()).toEqual(completedTiles(0, size).map(key).toSorted());
      }),
    );
  });

  test('does not let a tree shrink', () => {
    expect(() => completedTiles(2, 1)).toThrow(RangeError);
  });

  test('knows the width of any tile, and 0 for none', () => {
    expect(tileWidth(0, 0, 0)).toBe(0);
    expect(tileWidth(0, 1, 256)).toBe(0);
    expect(tileWidth(0, 1, 300)).toBe(44);
    expect(tileWidth(0, 0, 300)).toBe(256);
    expect(tileWidth(9, 0, 2 ** 53 - 1)).toBe(0);
  });

  test('lists the bundles that hold a range of entries', () => {
    expect(tilesForRange(0, 0, 1000)).toEqual([]);
    expect(tilesForRange(255, 257, 300).map(key)).toEqual(['0/0/256', '0/1/44']);
    expect(tilesForRange(512, 9999, 700).map(key)).toEqual(['0/2/188']);
    expect(tilesForRange(700, 800, 700)).toEqual([]);
  });
});

describe('reading nodes', () => {
  const size = 70_000;
  const leaves = leafHashes(size);

  test('finds every node of a small tree by its definition', async () => {
    for (const small of [1, 2, 3, 255, 256, 257, 511, 512, 600]) {
      const tree = leaves.slice(0, small);
      const readNode = createNodeReader(small, naiveTiles(tree).readTile);
      for (let height = 0; 2 ** height <= small; height++) {
        for (let index = 0; (index + 1) * 2 ** height <= small; index++) {
          const range = tree.slice(index * 2 ** height, (index + 1) * 2 ** height);
          expect(await readNode({ height, index })).toEqual(treeHash(range));
        }
      }
    }
  });

  test('finds nodes above two levels of tiles', async () => {
    const readNode = createNodeReader(size, naiveTiles(leaves).readTile);
    expect(await readNode({ height: 16, index: 0 })).toEqual(treeHash(leaves.slice(0, 65_536)));
    expect(await readNode({ height: 12, index: 16 })).toEqual(
      treeHash(leaves.slice(65_536, 69_632)),
    );
    expect(placeNode({ height: 12, index: 16 })).toEqual({
      level: 1,
      index: 1,
      first: 0,
      count: 16,
    });
  });

  test('reads each tile once, with the width that the tree gives it', async () => {
    const tiles = naiveTiles(leaves);
    const frontier = await readFrontier(size, tiles.readTile);
    expect(tiles.read.toSorted()).toEqual(['0/273/112', '1/1/17', '2/0/1']);
    expect(frontier).toEqual(appendLeaves(emptyFrontier, leaves));
  });

  test('restores the frontier of every size from 0 to 100 and around 256 and 512', async () => {
    const sizes = [...Array(101).keys(), 255, 256, 257, 511, 512, 513];
    for (const small of sizes) {
      const tree = leaves.slice(0, small);
      expect(await readFrontier(small, naiveTiles(tree).readTile)).toEqual(
        appendLeaves(emptyFrontier, tree),
      );
    }
  });

  test('takes the full tile that replaced a partial one', async () => {
    const wide = naiveTiles(leaves).readTile;
    const readNode = createNodeReader(100, (level, index) => wide(level, index, 256));
    expect(await readNode({ height: 2, index: 24 })).toEqual(treeHash(leaves.slice(96, 100)));
  });

  test('refuses a short tile, a node outside of the tree and a root of nothing', async () => {
    const short = createNodeReader(300, async () => new Uint8Array(43 * 32));
    await expect(short({ height: 0, index: 299 })).rejects.toThrow(/tile\/0\/001\.p\/44 has 1376/);
    const readNode = createNodeReader(300, naiveTiles(leaves).readTile);
    await expect(readNode({ height: 0, index: 300 })).rejects.toThrow(/not in a tree/);
    await expect(readNode({ height: 2, index: 75 })).rejects.toThrow(/not in a tree/);
    expect(() => tileRoot(new Uint8Array(32), 0, 0)).toThrow(RangeError);
    expect(() => tileRoot(new Uint8Array(96), 0, 3)).toThrow(RangeError);
  });
});
