import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type Problem, problem } from '../core/errors.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import { compareNames, isPackFile, type PackLimits, REQUIRED_FILES } from './pack-format.ts';

/** A stranger's archive whose directory is in order; the contents are still unread. */
export type Archive = {
  /** Sizes that the directory states, by name; reading a file never yields more. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Streams a file. Rejects on what does not unpack to the stated size and checksum-free content. */
  readonly read: (name: string) => AsyncIterable<Uint8Array>;
  readonly close: () => void;
};

const REGULAR_FILE = 0o100000;
const FILE_TYPE = 0o170000;
const ENCRYPTED = 0x1;
const HAS_DESCRIPTOR = 0x8;
const STORED = 0;
const DEFLATED = 8;
const DESCRIPTOR_BYTES = 16;
const ZIP64_DESCRIPTOR_BYTES = 24;
const FOUR_GIB = 0xffffffff;

/**
 * Accepts only an archive in which every reader finds the same files: known names, each once and in order, regular,
 * back to back without gaps or overlap, with local headers that agree with the directory, and within the limits.
 */
export async function openArchive(path: string, limits: PackLimits): Promise<Outcome<Archive>> {
  let zip: ZipFile;
  try {
    zip = await openPromise(path, {
      autoClose: false,
      lazyEntries: true,
      strictFileNames: true,
      validateEntrySizes: true,
    });
  } catch (error) {
    return fail(malformed(`not a readable zip archive: ${messageOf(error)}`));
  }
  try {
    const entries = await readDirectory(zip, limits);
    if (!entries.ok) {
      zip.close();
      return entries;
    }
    const byName = entries.value;
    return ok({
      sizes: new Map([...byName].map(([name, entry]) => [name, entry.uncompressedSize])),
      read: (name) => readEntry(zip, byName.get(name), name),
      close: () => zip.close(),
    });
  } catch (error) {
    zip.close();
    return fail(malformed(`the archive's directory is broken: ${messageOf(error)}`));
  }
}

async function readDirectory(
  zip: ZipFile,
  limits: PackLimits,
): Promise<Outcome<ReadonlyMap<string, Entry>>> {
  if (zip.fileSize > limits.archiveBytes) {
    return fail(malformed(`the archive has more than ${limits.archiveBytes} bytes`));
  }
  if (zip.entryCount > limits.files) {
    return fail(malformed(`the archive has more than ${limits.files} files`));
  }
  if (zip.comment !== '') return fail(malformed('the archive has a comment'));
  const entries = new Map<string, Entry>();
  // Before the first entry is read, the cursor stands where the directory begins (typed as a flag by mistake).
  const directoryAt = Number(zip.readEntryCursor);
  let previous = '';
  let total = 0;
  let offset = 0;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    const wrong =
      checkName(name, previous, entries) ?? checkEntry(entry) ?? checkSize(entry, limits);
    if (wrong !== undefined) return fail(wrong);
    total += entry.uncompressedSize;
    if (total > limits.totalBytes) {
      return fail(malformed(`the files unpack to more than ${limits.totalBytes} bytes`, name));
    }
    const place = await checkPlace(zip, entry, offset);
    if (!place.ok) return place;
    offset = place.value;
    entries.set(name, entry);
    previous = name;
  }
  if (entries.size !== zip.entryCount) {
    return fail(malformed(`expected ${zip.entryCount} files, found ${entries.size}`));
  }
  const missing = REQUIRED_FILES.find((name) => !entries.has(name));
  if (missing !== undefined) {
    return fail(problem('pack.missing-file', `the pack lacks ${missing}`, missing));
  }
  return offset === directoryAt
    ? ok(entries)
    : fail(malformed('bytes lie between the last file and the directory'));
}

function checkName(
  name: string,
  previous: string,
  entries: ReadonlyMap<string, Entry>,
): Problem | undefined {
  const shown = JSON.stringify(name.slice(0, 120));
  if (entries.has(name)) return malformed(`two files have the name ${shown}`, shown);
  if (!isPackFile(name)) {
    return problem('pack.unexpected-file', `no pack has a file ${shown}`, shown);
  }
  if (compareNames(previous, name) >= 0) {
    return malformed(`expected the files in order, found ${name} after ${previous}`, name);
  }
  return undefined;
}

function checkEntry(entry: Entry): Problem | undefined {
  const name = entry.fileName;
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) return malformed('encrypted', name);
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) !== REGULAR_FILE) {
    return malformed('expected a regular file', name);
  }
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    return malformed(`unknown compression method ${entry.compressionMethod}`, name);
  }
  return undefined;
}

function checkSize(entry: Entry, limits: PackLimits): Problem | undefined {
  const { fileName, uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > limits.fileBytes) {
    return malformed(`unpacks to more than ${limits.fileBytes} bytes`, fileName);
  }
  if (uncompressedSize > 1024 ** 2 && uncompressedSize > compressedSize * limits.ratio) {
    return malformed(
      `claims to unpack to ${uncompressedSize} from ${compressedSize} bytes`,
      fileName,
    );
  }
  return undefined;
}

/** Answers where the next file must begin. */
async function checkPlace(zip: ZipFile, entry: Entry, offset: number): Promise<Outcome<number>> {
  const name = entry.fileName;
  if (entry.relativeOffsetOfLocalHeader !== offset) {
    return fail(malformed('overlaps another file or leaves a gap before it', name));
  }
  const local = await zip.readLocalFileHeaderPromise(entry);
  const same =
    Buffer.compare(local.fileName, entry.fileNameRaw) === 0 &&
    local.compressionMethod === entry.compressionMethod &&
    local.generalPurposeBitFlag === entry.generalPurposeBitFlag;
  if (!same) return fail(malformed('its local header contradicts the directory', name));
  const large = entry.uncompressedSize > FOUR_GIB || entry.compressedSize > FOUR_GIB;
  const described = (entry.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0;
  const descriptor = described ? (large ? ZIP64_DESCRIPTOR_BYTES : DESCRIPTOR_BYTES) : 0;
  return ok(local.fileDataStart + entry.compressedSize + descriptor);
}

async function* readEntry(
  zip: ZipFile,
  entry: Entry | undefined,
  name: string,
): AsyncIterable<Uint8Array> {
  if (entry === undefined) throw new RangeError(`the archive has no file ${name}`);
  const stream: Readable = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) yield chunk;
}

function malformed(message: string, name?: string): Problem {
  return problem('pack.malformed', name === undefined ? message : `${name}: ${message}`, name);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown reason';
}
