import { randomBytes } from 'node:crypto';
import lz4 from 'lz4js';
import snappy from 'snappyjs';
import { describe, expect, test } from 'vitest';
import {
  decompressLz4,
  decompressSnappy,
  decompressZstd,
} from '../../services/bus/kafka/codecs.ts';

const XERIAL_HEADER = Buffer.from('82534e41505059000000000100000001', 'hex');
const TEXT = Buffer.from('the quick brown fox '.repeat(500));

describe('snappy', () => {
  test('is read without framing', () => {
    expect(decompressSnappy(Buffer.from(snappy.compress(TEXT))).equals(TEXT)).toBe(true);
  });

  test('is read in the blocks of snappy-java, of any number', () => {
    for (const parts of [[], [TEXT], [TEXT, randomBytes(70_000), Buffer.alloc(0), TEXT]]) {
      expect(decompressSnappy(xerial(parts)).equals(Buffer.concat(parts))).toBe(true);
    }
  });

  test('is refused when a block is cut short', () => {
    const framed = xerial([TEXT]);
    expect(() => decompressSnappy(framed.subarray(0, framed.byteLength - 1))).toThrow(RangeError);
  });

  test('is refused when it claims more than the limit, before anything is unpacked', () => {
    const claim = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x04, 0x00]);
    expect(() => decompressSnappy(claim)).toThrow();
  });
});

describe('lz4', () => {
  test('is read', () => {
    expect(decompressLz4(Buffer.from(lz4.compress(TEXT))).equals(TEXT)).toBe(true);
  });

  test('is refused when it unpacks to more than the limit', () => {
    const bomb = Buffer.from(lz4.compress(new Uint8Array(72_000_000)));
    expect(bomb.byteLength).toBeLessThan(1_048_576);
    expect(() => decompressLz4(bomb)).toThrow(RangeError);
  });
});

describe('zstd', () => {
  test('is read', () => {
    const frame = Buffer.concat([Buffer.from('28b52ffd2005290000', 'hex'), Buffer.from('hello')]);
    expect(decompressZstd(frame).toString()).toBe('hello');
  });

  test('is refused when it unpacks to more than the limit', () => {
    // A window of 128 KiB, then blocks of 4 bytes that each repeat a zero 131,072 times.
    const block = Buffer.alloc(4);
    block.writeUIntLE((131_072 << 3) | (1 << 1), 0, 3);
    const bomb = Buffer.concat([
      Buffer.from('28b52ffd0038', 'hex'),
      ...Array.from({ length: 600 }, () => block),
    ]);
    expect(() => decompressZstd(bomb)).toThrow(/may unpack to/);
  });
});

function xerial(parts: readonly Buffer[]): Buffer {
  const blocks = parts.flatMap((part) => {
    const block = Buffer.from(snappy.compress(part));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.byteLength);
    return [length, block];
  });
  return Buffer.concat([XERIAL_HEADER, ...blocks]);
}
