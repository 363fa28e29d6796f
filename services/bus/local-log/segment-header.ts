import { crc32c } from '../crc32c.ts';

/** Every log file begins with 8 bytes of magic, a random u32 salt for the frames' checksums, and a u32 CRC-32C of both. */
export const SEGMENT_HEADER_BYTES = 16;

const MAGIC = 'PROVLOG1';

/** The first bytes of a new log file. */
export function segmentHeader(salt: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.write(MAGIC, 0, 'latin1');
  header.writeUInt32LE(salt, 8);
  header.writeUInt32LE(crc32c(header, 0, 12), 12);
  return header;
}

/** The salt in a file's first bytes, or undefined when they are not a whole and correct header. */
export function readSalt(bytes: Buffer): number | undefined {
  if (bytes.byteLength < SEGMENT_HEADER_BYTES) return undefined;
  const good =
    bytes.toString('latin1', 0, 8) === MAGIC && bytes.readUInt32LE(12) === crc32c(bytes, 0, 12);
  return good ? bytes.readUInt32LE(8) : undefined;
}
