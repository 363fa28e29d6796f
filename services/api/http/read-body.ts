import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Problem, problem } from '../../core/errors.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';

/** Largest body after decompression, inclusive. */
export const MAX_BODY_BYTES = 1024 * 1024;

type Done = (outcome: Outcome<Buffer>) => void;

/**
 * Reads a whole body and calls `done` once. Content codings are undone while streaming and the limit holds on what
 * comes out, so a bomb never inflates further than one chunk beyond it. Once it is over the limit, the rest of the
 * body is read and thrown away.
 */
export function readBody(request: IncomingMessage, limit: number, done: Done): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    request.resume();
    done(fail(tooLarge(limit, `${declared}`)));
    return;
  }
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') {
    collect(request, request, limit, done);
    return;
  }
  const decoder = createDecoder(coding);
  if (decoder === undefined) {
    request.resume();
    done(fail(unknownCoding()));
    return;
  }
  collect(request, decoder, limit, done);
  request.on('error', (error) => decoder.destroy(error));
  request.pipe(decoder);
}

function createDecoder(coding: string): Transform | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
  }
  return undefined;
}

type Collecting = {
  readonly chunks: Buffer[];
  size: number;
  /** Undefined once it was called. */
  done: Done | undefined;
};

function collect(
  request: IncomingMessage,
  stream: IncomingMessage | Transform,
  limit: number,
  done: Done,
): void {
  const collecting: Collecting = { chunks: [], size: 0, done };
  stream.on('data', (chunk: Buffer) => {
    if (collecting.done === undefined) return;
    collecting.size += chunk.byteLength;
    if (collecting.size <= limit) {
      collecting.chunks.push(chunk);
      return;
    }
    collecting.chunks.length = 0;
    if (stream !== request) {
      request.unpipe();
      request.resume();
      stream.destroy();
    }
    settle(collecting, fail(tooLarge(limit, 'more')));
  });
  stream.on('end', () => settle(collecting, ok(wholeOf(collecting))));
  stream.on('error', () => {
    request.resume();
    settle(collecting, fail(endedEarly()));
  });
  stream.on('close', () => settle(collecting, fail(endedEarly())));
}

function settle(collecting: Collecting, outcome: Outcome<Buffer>): void {
  const { done } = collecting;
  collecting.done = undefined;
  done?.(outcome);
}

function wholeOf({ chunks, size }: Collecting): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size);
}

function endedEarly(): Problem {
  return problem('http.bad-request', 'the body ended early or does not match its coding');
}

function tooLarge(limit: number, received: string): Problem {
  return problem('http.too-large', `expected at most ${limit} bytes, received ${received}`);
}

function unknownCoding(): Problem {
  return problem(
    'http.content-encoding',
    'expected content-encoding gzip, deflate, br or identity, and one at most',
    'content-encoding',
  );
}
