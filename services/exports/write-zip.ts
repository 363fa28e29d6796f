import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { toHex } from '../core/bytes.ts';
import { compareNames } from './pack-format.ts';
import type { SpooledFile } from './spool-file.ts';

// DOS time stamps are local time by definition: the same wall clock gives the same bytes in every zone.
const EPOCH = new Date(1980, 0, 1, 0, 0, 0);
const REGULAR_FILE = 0o100644;

/**
 * Writes the files to an archive whose bytes depend on nothing but their names and contents, and answers its SHA-256
 * digest once it is on disk.
 */
export async function writeZip(path: string, files: readonly SpooledFile[]): Promise<string> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_resolve, reject) => zip.on('error', reject));
  for (const file of [...files].sort((a, b) => compareNames(a.name, b.name))) {
    zip.addFile(file.path, file.name, {
      mtime: EPOCH,
      mode: REGULAR_FILE,
      forceDosTimestamp: true,
      compress: true,
      compressionLevel: 6,
    });
  }
  zip.end();
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await Promise.race([pipeline(zip.outputStream, hashing, output), failed]);
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return `sha256:${toHex(hash.digest())}`;
}
