import { constants } from 'node:fs';
import * as files from 'node:fs/promises';

/** The few file operations that the local log needs, so that a test can make each of them fail. */
export type LogFileSystem = {
  readonly makeDirectory: (path: string) => Promise<void>;
  /** Names in a directory; empty when it does not exist. */
  readonly list: (path: string) => Promise<readonly string[]>;
  /** Opens for reading and writing; `create` refuses a file that exists. */
  readonly open: (path: string, mode: 'existing' | 'create') => Promise<LogFile>;
  readonly openForReading: (path: string) => Promise<LogFile>;
  /** A small file's bytes, or undefined when it does not exist. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Gives a file a second name, unless that name is taken: then false. */
  readonly link: (from: string, to: string) => Promise<boolean>;
  readonly remove: (path: string) => Promise<void>;
  /** Makes the creation, renaming and removal of this directory's files durable. */
  readonly syncDirectory: (path: string) => Promise<void>;
  /** Bytes that an unprivileged process may still write. */
  readonly freeBytes: (path: string) => Promise<number>;
};

export type LogFile = {
  readonly size: () => Promise<number>;
  /** Bytes read; 0 at the end of the file. */
  readonly read: (into: Uint8Array, position: number) => Promise<number>;
  /** Bytes written, which may be fewer than given. */
  readonly write: (bytes: Uint8Array, position: number) => Promise<number>;
  readonly truncate: (size: number) => Promise<void>;
  /** fdatasync: content and size are durable. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The real file system. */
export const nodeLogFileSystem: LogFileSystem = {
  makeDirectory: async (path) => {
    await files.mkdir(path, { recursive: true, mode: 0o700 });
  },
  list: (path) => unlessMissing(files.readdir(path), []),
  open: async (path, mode) => {
    const create = mode === 'create' ? constants.O_CREAT | constants.O_EXCL : 0;
    return toLogFile(await files.open(path, constants.O_RDWR | create, 0o600));
  },
  openForReading: async (path) => toLogFile(await files.open(path, constants.O_RDONLY)),
  readFile: (path) => unlessMissing(files.readFile(path), undefined),
  rename: files.rename,
  link: async (from, to) => {
    try {
      await files.link(from, to);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  },
  remove: (path) => unlessMissing(files.unlink(path), undefined),
  syncDirectory: async (path) => {
    const directory = await files.open(path, constants.O_RDONLY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
  freeBytes: async (path) => {
    const { bavail, bsize } = await files.statfs(path);
    return bavail * bsize;
  },
};

/** The errno name of a file error, such as `ENOSPC`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** Reads exactly `[position, position + length)`, or fewer bytes where the file ends before. */
export async function readFully(
  file: LogFile,
  position: number,
  length: number,
): Promise<Uint8Array> {
  const into = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(into.subarray(filled), position + filled);
    if (read === 0) break;
    filled += read;
  }
  return into.subarray(0, filled);
}

function toLogFile(handle: files.FileHandle): LogFile {
  return {
    size: async () => (await handle.stat()).size,
    read: async (into, position) =>
      (await handle.read(into, 0, into.byteLength, position)).bytesRead,
    write: async (bytes, position) =>
      (await handle.write(bytes, 0, bytes.byteLength, position)).bytesWritten,
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}

async function unlessMissing<T, U>(promise: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await promise;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return otherwise;
    throw error;
  }
}
