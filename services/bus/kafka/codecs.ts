import { Decompress } from 'fzstd';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import snappy from 'snappyjs';

/** A batch that grows beyond this is refused: Kafka limits only the compressed size of a batch. */
const MAX_BATCH_BYTES = 67_108_864;

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** Teaches kafkajs to read the batches that other clients compress; without it one such batch ends a consumer. */
export function installCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.Snappy] = () => readOnly('snappy', decompressSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => readOnly('lz4', decompressLz4);
  CompressionCodecs[CompressionTypes.ZSTD] = () => readOnly('zstd', decompressZstd);
}

/** Snappy, bare or in the blocks of xerial/snappy-java (magic, two versions, then u32 big-endian length and block). */
export function decompressSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL_MAGIC.byteLength).equals(XERIAL_MAGIC)) {
    return toBuffer(snappy.uncompress(bytes, MAX_BATCH_BYTES));
  }
  const blocks: Buffer[] = [];
  let total = 0;
  let at = XERIAL_HEADER_BYTES;
  while (at < bytes.byteLength) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.byteLength) throw new RangeError('a snappy block is cut short');
    const block = toBuffer(snappy.uncompress(bytes.subarray(at + 4, end), MAX_BATCH_BYTES - total));
    total += block.byteLength;
    blocks.push(block);
    at = end;
  }
  return Buffer.concat(blocks, total);
}

/** The LZ4 frame format; its header names the largest size of a block, so the bound is known before. */
export function decompressLz4(bytes: Buffer): Buffer {
  const bound = lz4.decompressBound(bytes);
  assertWithinLimit(bound);
  const target = Buffer.alloc(bound);
  return target.subarray(0, lz4.decompressFrame(bytes, target));
}

/** Zstandard, as a stream, because the size that a frame claims is only a claim. */
export function decompressZstd(bytes: Buffer): Buffer {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Decompress((chunk) => {
    total += chunk.byteLength;
    assertWithinLimit(total);
    chunks.push(chunk);
  });
  stream.push(bytes, true);
  return Buffer.concat(chunks, total);
}

function assertWithinLimit(bytes: number): void {
  if (bytes > MAX_BATCH_BYTES) {
    throw new RangeError(`a batch may unpack to ${MAX_BATCH_BYTES} bytes, this one to ${bytes}`);
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readOnly(name: string, decompress: (bytes: Buffer) => Buffer) {
  return {
    compress: async (): Promise<Buffer> => {
      throw new Error(`${name} is only read here; publish with gzip or without compression`);
    },
    decompress: async (bytes: Buffer): Promise<Buffer> => decompress(bytes),
  };
}
