import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';

/** A file of an archive as a test takes it apart and puts it together again. */
export type LooseFile = { readonly name: string; readonly bytes: Buffer };

/** Runs with a directory of its own and removes it afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'provost-pack-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export async function unzip(path: string): Promise<LooseFile[]> {
  const zip = await openPromise(path);
  const files: LooseFile[] = [];
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
    files.push({ name: entry.fileName, bytes: Buffer.concat(chunks) });
  }
  return files;
}

/** Packs the files in the order given. */
export async function zip(path: string, files: readonly LooseFile[]): Promise<string> {
  const archive = new ZipFile();
  for (const { name, bytes } of files) archive.addBuffer(bytes, name, { mode: 0o100644 });
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(Buffer.from(chunk));
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

export async function readBytes(path: string): Promise<Buffer> {
  return readFile(path);
}
