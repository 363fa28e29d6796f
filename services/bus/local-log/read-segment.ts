import type { BusRecord } from '../bus.ts';
import { corruptRecord } from './corrupt-record.ts';
import { type LogFile, type LogFileSystem, readFully } from './log-file-system.ts';
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, readFrame } from './record-frame.ts';
import { readSalt, SEGMENT_HEADER_BYTES } from './segment-header.ts';
import type { ReadLimits } from './tail-cache.ts';

/** Where a record begins: its offset, its segment and its byte position there. */
export type LogPlace = {
  readonly offset: bigint;
  readonly baseOffset: bigint;
  readonly position: number;
};

export type SegmentRead = {
  readonly records: readonly BusRecord[];
  /** Place after the last record that was passed over or returned. */
  readonly next: LogPlace;
};

const CHUNK_BYTES = 2 * MAX_FRAME_BYTES;

/**
 * Reads records from `wanted` on out of one segment, beginning at a known place at or before it. Every record
 * that is passed over or returned has a good CRC and the offset that follows the one before; a record that has
 * not is `bus.corrupt-record`. `durableBytes` is the end of the segment.
 */
export async function readSegment(
  fileSystem: Pick<LogFileSystem, 'openForReading'>,
  segment: {
    readonly topic: string;
    readonly partition: number;
    readonly path: string;
    readonly durableBytes?: number;
  },
  from: LogPlace,
  wanted: bigint,
  limits: ReadLimits,
): Promise<SegmentRead> {
  const file = await fileSystem.openForReading(segment.path);
  try {
    const salt = readSalt(Buffer.from(await readFully(file, 0, SEGMENT_HEADER_BYTES)));
    const end = segment.durableBytes ?? (await file.size());
    const damaged = (offset: bigint, position: number, reason: string) =>
      corruptRecord({ ...segment, file: segment.path, offset, position, reason });
    if (salt === undefined) throw damaged(from.baseOffset, 0, 'the file header is damaged');

    const records: BusRecord[] = [];
    let { offset, position } = from;
    let bytes = 0;
    while (position < end) {
      const chunk = await readChunk(file, position, end);
      let at = 0;
      while (at < chunk.byteLength) {
        const frame = readFrame(chunk, at, salt);
        if (frame.kind === 'incomplete' && position + chunk.byteLength < end) break;
        if (frame.kind !== 'record') {
          const reason = frame.kind === 'bad' ? frame.reason : 'it is cut short';
          throw damaged(offset, position + at, reason);
        }
        if (frame.record.offset !== offset) {
          throw damaged(offset, position + at, `its offset is ${frame.record.offset}`);
        }
        if (offset >= wanted) {
          bytes += frame.frameBytes;
          const full = records.length >= limits.maxRecords || bytes > limits.maxBytes;
          if (full && records.length > 0) {
            return {
              records,
              next: { offset, baseOffset: from.baseOffset, position: position + at },
            };
          }
          records.push({ partition: segment.partition, ...frame.record });
        }
        at += frame.frameBytes;
        offset += 1n;
      }
      position += at;
      // One chunk with a result is a batch: a second read would only make the first record wait.
      if (records.length > 0) break;
    }
    return { records, next: { offset, baseOffset: from.baseOffset, position } };
  } finally {
    await file.close();
  }
}

async function readChunk(file: LogFile, position: number, end: number): Promise<Buffer> {
  const bytes = await readFully(file, position, Math.min(CHUNK_BYTES, end - position));
  if (bytes.byteLength < FRAME_HEADER_BYTES) {
    throw new Error(`the file ends at byte ${position + bytes.byteLength}, expected ${end}`);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
