import { FatalError, ProvostError } from '../../core/errors.ts';
import { errorCode, type LogFile } from './log-file-system.ts';

/** An open log file that grows only by whole, durable rounds. */
export type AppendFile = {
  readonly path: string;
  readonly salt: number;
  /** Bytes that are durable. */
  readonly size: () => number;
  /** Writes and syncs; on an error nothing of `bytes` is left in the file, as far as anyone can know. */
  readonly append: (bytes: Uint8Array) => Promise<void>;
  readonly file: LogFile;
};

/**
 * Guarantees that `size` only covers synced bytes. A full disk is an ordinary refusal (`bus.disk-full`): the
 * file is cut back and takes later rounds. Any other failure leaves a state that nobody can know: the kernel
 * may drop the dirty pages after a failed fsync and answer the next one with success. So the file is cut back
 * to its durable size where that works, and every later append gives the same `FatalError`.
 */
export function createAppendFile(
  opened: Pick<AppendFile, 'path' | 'salt' | 'file'> & { readonly size: number },
): AppendFile {
  const { path, salt, file } = opened;
  let size = opened.size;
  let failure: FatalError | undefined;

  async function cutBack(): Promise<boolean> {
    try {
      await file.truncate(size);
      return true;
    } catch {
      return false;
    }
  }

  function stateUnknown(what: string, cause: unknown): FatalError {
    failure = new FatalError(
      'bus.unavailable',
      `${what} of ${path} failed at byte ${size} (${errorCode(cause) ?? 'unknown error'}): restart to recover`,
      { cause },
    );
    return failure;
  }

  return {
    path,
    salt,
    file,
    size: () => size,
    append: async (bytes) => {
      if (failure !== undefined) throw failure;
      try {
        await writeFully(file, bytes, size);
      } catch (error) {
        const back = await cutBack();
        if (back && isDiskFull(error)) throw diskFull(path, error);
        throw stateUnknown('a write', error);
      }
      try {
        await file.sync();
      } catch (error) {
        await cutBack();
        throw stateUnknown('fdatasync', error);
      }
      size += bytes.byteLength;
    },
  };
}

/** Writes all bytes, however many writes that takes. */
export async function writeFully(
  file: LogFile,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const written = await file.write(bytes.subarray(done), position + done);
    if (written === 0) throw new Error('a write of more than 0 bytes wrote none');
    done += written;
  }
}

/** True for the errors that freeing space cures. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The refusal that the publisher may retry once there is space again. */
export function diskFull(path: string, cause?: unknown): ProvostError {
  return new ProvostError(
    'bus.disk-full',
    `there is no space for ${path}: nothing was written; free space and publish again`,
    cause === undefined ? undefined : { cause },
  );
}
