import { describe, expect, it } from 'vitest';
import { createFrontierBuilder } from '../../services/core/merkle/frontier.ts';
import { hashLeaf } from '../../services/core/merkle/hash-leaf.ts';
import { type TileReader, tileRoot } from '../../services/core/merkle/tiles.ts';
import { createTileBuilder } from '../../services/ledger/tile-builder.ts';

const NO_TILES: TileReader = () => Promise.reject(new Error('no tiles yet'));
const leaf = (n: number) => hashLeaf(Buffer.from(`leaf ${n}`));

describe('the tile builder', () => {
  it('has the root of RFC 6962 at every size up to 520 and around 65,536', async () => {
    const builder = await createTileBuilder(0, NO_TILES);
    const frontier = createFrontierBuilder();
    expect(builder.root()).toEqual(frontier.root());
    for (let n = 0; n < 65_540; n++) {
      const hash = leaf(n);
      builder.append(hash);
      frontier.append(hash);
      if (n < 520 || n > 65_530) expect(builder.root()).toEqual(frontier.root());
    }
    expect(builder.size()).toBe(65_540);
  });

  it('hands out each full tile once, lowest level first, with its root', async () => {
    const builder = await createTileBuilder(0, NO_TILES);
    const tiles = Array.from({ length: 65_536 }, (_, n) => builder.append(leaf(n))).flat();
    expect(tiles.map(({ level, index }) => `${level}/${index}`)).toEqual([
      ...Array.from({ length: 256 }, (_, n) => `0/${n}`),
      '1/0',
    ]);
    for (const tile of tiles) expect(tile.root).toEqual(tileRoot(tile.hashes));
    expect(tiles[3]?.hashes.subarray(32, 64)).toEqual(leaf(3 * 256 + 1));
  });

  it('goes on from the partial tiles of any size as if it had never stopped', async () => {
    for (const size of [0, 1, 255, 256, 257, 511, 512, 1000, 4096]) {
      const whole = await createTileBuilder(0, NO_TILES);
      const hashes = [leaf(0)].slice(1);
      for (let n = 0; n < size; n++) {
        hashes.push(leaf(n));
        whole.append(leaf(n));
      }
      const resumed = await createTileBuilder(size, async (level, index, width) => {
        const span = 256 ** level;
        const parts = Array.from({ length: width }, (_, n) => {
          const first = (index * 256 + n) * span;
          const below = createFrontierBuilder();
          for (const hash of hashes.slice(first, first + span)) below.append(hash);
          return below.root();
        });
        return Buffer.concat(parts);
      });
      expect(resumed.root()).toEqual(whole.root());
      for (let n = size; n < size + 300; n++) {
        expect(resumed.append(leaf(n))).toEqual(whole.append(leaf(n)));
      }
      expect(resumed.root()).toEqual(whole.root());
    }
  });

  it('refuses a tile that is shorter than the tree needs', async () => {
    await expect(createTileBuilder(3, async () => new Uint8Array(64))).rejects.toThrow(RangeError);
  });
});
