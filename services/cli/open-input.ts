import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ProvostError } from '../core/errors.ts';

/**
 * The bytes of a file (`-`: standard input), unpacked when they begin as gzip does, whatever the name is. Rejects with
 * `cli.file` when the file cannot be read or its compression is damaged. `onRead` hears of bytes as they lie on disk.
 */
export async function* openInput(
  path: string,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Uint8Array> {
  const source: Readable = path === '-' ? process.stdin : createReadStream(path);
  try {
    const chunks: AsyncIterator<Buffer> = counted(source, onRead)[Symbol.asyncIterator]();
    const first = await chunks.next();
    if (first.done === true) return;
    const all = rejoin(first.value, chunks);
    const packed = first.value[0] === 0x1f && first.value[1] === 0x8b;
    yield* packed ? unpack(all) : all;
  } catch (cause) {
    if (!(cause instanceof Error && 'errno' in cause)) throw cause;
    throw new ProvostError('cli.file', `cannot read ${path} to its end: ${cause.message}`, {
      cause,
    });
  }
}

async function* counted(source: Readable, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    onRead(bytes);
    yield chunk;
  }
}

async function* rejoin(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* unpack(chunks: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(chunks);
  const gunzip = createGunzip();
  // pipe() hands on no failure of its source, and an iterator without it would wait for ever.
  source.on('error', (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
}
