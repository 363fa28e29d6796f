import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { problem } from '../../core/errors.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';

/** A body that was read to its end: its first bytes, and the digest of all of them. */
export type WholeBody = {
  readonly bytes: Buffer;
  readonly size: number;
  readonly sha256: string;
};

/**
 * Reads a body to its end, keeps at most `keep` bytes of it and knows the digest of all; refuses it only beyond
 * `limit`. For senders that repeat for ever what was refused: what is too large to use can still be put on record.
 */
export function readWholeBody(
  request: IncomingMessage,
  bounds: { readonly keep: number; readonly limit: number },
  done: (outcome: Outcome<WholeBody>) => void,
): void {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let size = 0;
  let kept = 0;
  let settled = false;
  const settle = (outcome: Outcome<WholeBody>) => {
    if (settled) return;
    settled = true;
    done(outcome);
  };
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    size += chunk.byteLength;
    if (size > bounds.limit) {
      settle(fail(problem('http.too-large', `expected at most ${bounds.limit} bytes`)));
      return;
    }
    hash.update(chunk);
    if (kept < bounds.keep) {
      const part = chunk.subarray(0, bounds.keep - kept);
      kept += part.byteLength;
      chunks.push(part);
    }
  });
  request.on('end', () => {
    if (!settled)
      settle(ok({ bytes: Buffer.concat(chunks, kept), size, sha256: hash.digest('hex') }));
  });
  const cut = () => settle(fail(problem('http.bad-request', 'the body ended early')));
  request.on('error', cut);
  request.on('close', cut);
}
