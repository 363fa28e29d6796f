import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../core/bytes.ts';

/** A file that waits to be packed, with what the manifest says of it. */
export type SpooledFile = {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
};

/** Takes a file's bytes piece by piece; memory stays bounded by one chunk. */
export type Spool = {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Ends the file; nothing can be written after it. */
  readonly close: () => Promise<SpooledFile>;
  /** Lets go of the file when the pack fails. */
  readonly abandon: () => Promise<void>;
};

const CHUNK_BYTES = 256 * 1024;

/** Opens a file of the pack in the working directory, where its number is its name. */
export async function openSpool(directory: string, name: string, number: number): Promise<Spool> {
  const path = join(directory, String(number));
  const handle: FileHandle = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async () => {
    const chunk = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(chunk);
    await handle.appendFile(chunk);
  };
  return {
    write: async (bytes) => {
      waiting.push(bytes);
      waitingBytes += bytes.byteLength;
      size += bytes.byteLength;
      if (waitingBytes >= CHUNK_BYTES) await flush();
    },
    close: async () => {
      try {
        await flush();
      } finally {
        await handle.close();
      }
      return { name, path, size, sha256: toHex(hash.digest()) };
    },
    abandon: () => handle.close(),
  };
}
