import { crc32c } from '../crc32c.ts';

/**
 * One record on disk, little-endian:
 *
 *     u32 length of the body · u32 CRC-32C of (salt, length, body) ·
 *     body: u8 format = 1 · u64 offset · u64 timestamp (ms) · u32 key length · key ·
 *           u16 header count · (u16 name length · name · u32 value length · value)* · value (the rest)
 *
 * The salt is random for each file (see segment-header.ts), so that a sender cannot craft a value whose
 * bytes look like a good record to the search for records after a damaged place.
 */
export type StoredRecord = {
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
};

export type FrameResult =
  | { readonly kind: 'record'; readonly record: StoredRecord; readonly frameBytes: number }
  /** The bytes at hand end before the frame does; `needed` is the frame's whole length as it claims. */
  | { readonly kind: 'incomplete'; readonly needed: number }
  | { readonly kind: 'bad'; readonly reason: string };

export const FRAME_HEADER_BYTES = 8;

/** No frame is longer: the port's limit on a record leaves room for the framing. */
export const MAX_FRAME_BYTES = 1_048_576;

const FORMAT = 1;
const FIXED_BODY_BYTES = 1 + 8 + 8 + 4 + 2;
const MIN_FRAME_BYTES = FRAME_HEADER_BYTES + FIXED_BODY_BYTES;
const decoder = new TextDecoder();

/** Bytes that the record's frame takes. */
export function frameBytes(record: Omit<StoredRecord, 'offset' | 'timestamp'>): number {
  let bytes = MIN_FRAME_BYTES + Buffer.byteLength(record.key) + record.value.byteLength;
  for (const [name, value] of Object.entries(record.headers)) {
    bytes += 2 + Buffer.byteLength(name) + 4 + Buffer.byteLength(value);
  }
  return bytes;
}

/** Writes the record's frame at `at`; returns the position after it and the value's place in `into`. */
export function writeFrame(
  into: Buffer,
  at: number,
  salt: number,
  record: StoredRecord,
): { readonly next: number; readonly value: Uint8Array } {
  let next = at + FRAME_HEADER_BYTES;
  next = into.writeUInt8(FORMAT, next);
  next = into.writeBigUInt64LE(record.offset, next);
  next = into.writeBigUInt64LE(BigInt(record.timestamp), next);
  const keyBytes = into.write(record.key, next + 4, 'utf8');
  next = into.writeUInt32LE(keyBytes, next) + keyBytes;
  const headers = Object.entries(record.headers);
  next = into.writeUInt16LE(headers.length, next);
  for (const [name, value] of headers) {
    const nameBytes = into.write(name, next + 2, 'utf8');
    next = into.writeUInt16LE(nameBytes, next) + nameBytes;
    const valueBytes = into.write(value, next + 4, 'utf8');
    next = into.writeUInt32LE(valueBytes, next) + valueBytes;
  }
  const valueAt = next;
  into.set(record.value, next);
  next += record.value.byteLength;
  into.writeUInt32LE(next - at - FRAME_HEADER_BYTES, at);
  into.writeUInt32LE(frameChecksum(into, at, next, salt), at + 4);
  return { next, value: into.subarray(valueAt, next) };
}

/** Reads the frame at `at`; never throws, whatever the bytes are. The record's value shares their memory. */
export function readFrame(bytes: Buffer, at: number, salt: number): FrameResult {
  const available = bytes.byteLength - at;
  if (available < FRAME_HEADER_BYTES) return { kind: 'incomplete', needed: FRAME_HEADER_BYTES };
  const length = FRAME_HEADER_BYTES + bytes.readUInt32LE(at);
  if (length < MIN_FRAME_BYTES || length > MAX_FRAME_BYTES) {
    return { kind: 'bad', reason: `a length of ${length} bytes is not a record's` };
  }
  if (available < length) return { kind: 'incomplete', needed: length };
  const expected = bytes.readUInt32LE(at + 4);
  const computed = frameChecksum(bytes, at, at + length, salt);
  if (expected !== computed) {
    return { kind: 'bad', reason: `its CRC-32C is ${expected}, its bytes give ${computed}` };
  }
  const record = readBody(bytes.subarray(at + FRAME_HEADER_BYTES, at + length));
  return record === undefined
    ? { kind: 'bad', reason: 'its inner lengths do not add up' }
    : { kind: 'record', record, frameBytes: length };
}

function frameChecksum(bytes: Buffer, at: number, end: number, salt: number): number {
  return crc32c(bytes, at + FRAME_HEADER_BYTES, end, crc32c(bytes, at, at + 4, salt));
}

function readBody(body: Buffer): StoredRecord | undefined {
  if (body.readUInt8(0) !== FORMAT) return undefined;
  const offset = body.readBigUInt64LE(1);
  const timestamp = Number(body.readBigUInt64LE(9));
  let next = 21;
  const take = (count: number): Buffer | undefined => {
    if (next + count > body.byteLength) return undefined;
    next += count;
    return body.subarray(next - count, next);
  };
  const key = take(body.readUInt32LE(17));
  const headerCount = take(2)?.readUInt16LE(0);
  if (key === undefined || headerCount === undefined) return undefined;
  const headers: [string, string][] = [];
  for (let index = 0; index < headerCount; index += 1) {
    const name = take(take(2)?.readUInt16LE(0) ?? Number.POSITIVE_INFINITY);
    const value = take(take(4)?.readUInt32LE(0) ?? Number.POSITIVE_INFINITY);
    if (name === undefined || value === undefined) return undefined;
    headers.push([decoder.decode(name), decoder.decode(value)]);
  }
  return {
    offset,
    timestamp,
    key: decoder.decode(key),
    headers: Object.fromEntries(headers),
    value: body.subarray(next),
  };
}
