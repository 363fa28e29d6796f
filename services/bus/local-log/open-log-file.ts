import { dirname } from 'node:path';
import { ProvostError } from '../../core/errors.ts';
import type { BusLog } from '../bus-log.ts';
import {
  type AppendFile,
  createAppendFile,
  diskFull,
  isDiskFull,
  writeFully,
} from './append-file.ts';
import { corruptRecord } from './corrupt-record.ts';
import type { LogFile, LogFileSystem } from './log-file-system.ts';
import type { StoredRecord } from './record-frame.ts';
import { scanSegment } from './scan-segment.ts';
import { SEGMENT_HEADER_BYTES, segmentHeader } from './segment-header.ts';

export type LogFileDeps = {
  readonly fileSystem: LogFileSystem;
  readonly log: BusLog;
  /** A random unsigned 32-bit number. */
  readonly newSalt: () => number;
};

/** Creates an empty log file that survives a power failure; on an error no file is left. */
export async function createLogFile(deps: LogFileDeps, path: string): Promise<AppendFile> {
  const { fileSystem } = deps;
  const salt = deps.newSalt();
  let file: LogFile | undefined;
  try {
    file = await fileSystem.open(path, 'create');
    await writeFully(file, segmentHeader(salt), 0);
    await file.sync();
    await fileSystem.syncDirectory(dirname(path));
    return createAppendFile({ path, salt, file, size: SEGMENT_HEADER_BYTES });
  } catch (error) {
    if (file !== undefined) {
      await file.close().catch(() => {});
      await fileSystem.remove(path).catch(() => {});
    }
    if (isDiskFull(error)) throw diskFull(path, error);
    throw new ProvostError('bus.unavailable', `cannot create ${path}`, { cause: error });
  }
}

/**
 * Opens the file that was written last, after cutting off what a crash left half-written. Only bytes after the
 * last good record are cut off, and only when no good record follows them: those bytes belong to a round whose
 * sync never returned, so nobody was told that they are durable. Everything else is `bus.corrupt-record`.
 */
export async function recoverLogFile(
  deps: LogFileDeps,
  at: { readonly path: string; readonly topic: string; readonly partition: number },
  baseOffset: bigint,
  onRecord?: (record: StoredRecord, position: number) => void,
): Promise<{ readonly appendFile: AppendFile; readonly nextOffset: bigint }> {
  const file = await deps.fileSystem.open(at.path, 'existing');
  try {
    const scan = await scanSegment(file, baseOffset, onRecord);
    if (scan.bad?.goodRecordAfter) {
      throw corruptRecord({
        topic: at.topic,
        partition: at.partition,
        offset: scan.nextOffset,
        file: at.path,
        position: scan.goodBytes,
        reason: scan.bad.reason,
      });
    }
    const salt = scan.salt ?? deps.newSalt();
    let size = scan.goodBytes;
    if (scan.bad !== undefined) {
      deps.log.warn(
        { ...at, position: size, bytes: scan.fileBytes - size, reason: scan.bad.reason },
        'cut off the half-written end of a log file',
      );
      await file.truncate(size);
    }
    if (scan.salt === undefined) {
      await writeFully(file, segmentHeader(salt), 0);
      size = SEGMENT_HEADER_BYTES;
    }
    // Also when nothing was cut off: the process before may have died between its write and its sync, and
    // what is about to be read to consumers must not disappear in a power failure.
    await file.sync();
    return {
      appendFile: createAppendFile({ path: at.path, salt, file, size }),
      nextOffset: scan.nextOffset,
    };
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}
