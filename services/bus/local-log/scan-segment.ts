import { type LogFile, readFully } from './log-file-system.ts';
import { MAX_FRAME_BYTES, readFrame, type StoredRecord } from './record-frame.ts';
import { readSalt, SEGMENT_HEADER_BYTES } from './segment-header.ts';

/** What a segment holds up to the first place that is not a good record. */
export type ScanResult = {
  /** Undefined when the header is damaged or cut short. */
  readonly salt: number | undefined;
  /** Position after the last good record. */
  readonly goodBytes: number;
  readonly fileBytes: number;
  /** Offset that the next record has. */
  readonly nextOffset: bigint;
  /** Why the bytes after `goodBytes` are no record; undefined when there are none. */
  readonly bad?: { readonly reason: string; readonly goodRecordAfter: boolean };
};

const CHUNK_BYTES = 4 * MAX_FRAME_BYTES;

/**
 * Reads a whole segment and checks each record's length, CRC and offset. At the first bad place it searches
 * the rest, byte by byte, for a good record with a later offset: there is one when something in the middle
 * was damaged, and there is none when the end of the last write is missing.
 */
export async function scanSegment(
  file: LogFile,
  baseOffset: bigint,
  onRecord: (record: StoredRecord, position: number) => void = () => {},
): Promise<ScanResult> {
  const fileBytes = await file.size();
  const header = Buffer.from(await readFully(file, 0, Math.min(fileBytes, SEGMENT_HEADER_BYTES)));
  const salt = readSalt(header);
  if (salt === undefined) {
    return {
      salt,
      goodBytes: 0,
      fileBytes,
      nextOffset: baseOffset,
      bad: {
        reason: 'the file header is damaged or cut short',
        // Without the salt no record can be told from noise: more bytes than a header mean that records were there.
        goodRecordAfter: fileBytes > SEGMENT_HEADER_BYTES,
      },
    };
  }
  let position = SEGMENT_HEADER_BYTES;
  let nextOffset = baseOffset;
  while (position < fileBytes) {
    const chunk = await readChunk(file, position, fileBytes);
    const last = position + chunk.byteLength >= fileBytes;
    let at = 0;
    while (at < chunk.byteLength) {
      const frame = readFrame(chunk, at, salt);
      if (frame.kind === 'incomplete' && !last) break;
      const reason = badness(frame, nextOffset);
      if (reason !== undefined) {
        const goodRecordAfter = await hasGoodRecordAfter(file, position + at, fileBytes, {
          salt,
          from: nextOffset,
        });
        return {
          salt,
          goodBytes: position + at,
          fileBytes,
          nextOffset,
          bad: { reason, goodRecordAfter },
        };
      }
      if (frame.kind !== 'record') break;
      onRecord(frame.record, position + at);
      at += frame.frameBytes;
      nextOffset += 1n;
    }
    position += at;
  }
  return { salt, goodBytes: position, fileBytes, nextOffset };
}

function badness(frame: ReturnType<typeof readFrame>, expectedOffset: bigint): string | undefined {
  switch (frame.kind) {
    case 'bad':
      return frame.reason;
    case 'incomplete':
      return `it is cut short: ${frame.needed} bytes are needed`;
    case 'record':
      return frame.record.offset === expectedOffset
        ? undefined
        : `its offset is ${frame.record.offset}, expected ${expectedOffset}`;
  }
}

async function hasGoodRecordAfter(
  file: LogFile,
  start: number,
  fileBytes: number,
  known: { readonly salt: number; readonly from: bigint },
): Promise<boolean> {
  let position = start + 1;
  while (position < fileBytes) {
    const chunk = await readChunk(file, position, fileBytes);
    const last = position + chunk.byteLength >= fileBytes;
    // A frame that begins near the end of a chunk is looked at again at the beginning of the next one.
    const until = last ? chunk.byteLength : chunk.byteLength - MAX_FRAME_BYTES;
    for (let at = 0; at < until; at += 1) {
      if (mayBeFrame(chunk, at, known.from)) {
        if (readFrame(chunk, at, known.salt).kind === 'record') return true;
      }
    }
    position += until;
  }
  return false;
}

/** Cheap look before the checksum: a format byte, a length that fits, and an offset not far after the expected one. */
function mayBeFrame(chunk: Buffer, at: number, from: bigint): boolean {
  if (chunk.byteLength - at < 17 || chunk[at + 8] !== 1 || (chunk[at + 3] ?? 1) !== 0) return false;
  const offset = chunk.readBigUInt64LE(at + 9);
  return offset >= from && offset - from < 0x1_0000_0000n;
}

async function readChunk(file: LogFile, position: number, fileBytes: number): Promise<Buffer> {
  const length = Math.min(CHUNK_BYTES, fileBytes - position);
  const bytes = await readFully(file, position, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
