import { fromBase64, toBase64 } from '../bytes.ts';
import { type Problem, problem } from '../errors.ts';
import { HASH_BYTES } from '../merkle/hash-leaf.ts';
import { assertSize } from '../merkle/tree-size.ts';
import { fail, type Outcome, ok } from '../outcome.ts';

/** What a log commits to (C2SP tlog-checkpoint): the root of its first `size` leaves. */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Opaque lines after the root; not recommended. Absent when there are none. */
  readonly extensions?: readonly string[];
};

const LINE = /^[^\p{Cc}\p{Surrogate}]+$/u;
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/** The text of a checkpoint, to be signed as a note. Throws a RangeError on what cannot be one. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions = [] } = checkpoint;
  assertSize(size);
  if (root.byteLength !== HASH_BYTES) {
    throw new RangeError(`expected a root of 32 bytes, received ${root.byteLength}`);
  }
  const lines = [origin, String(size), toBase64(root), ...extensions];
  if (!lines.every((line) => LINE.test(line))) {
    throw new RangeError('an origin or extension is a line that is not empty');
  }
  return `${lines.join('\n')}\n`;
}

/** Reads a note text as a checkpoint, and nothing that is written in a second way. */
export function parseCheckpoint(text: string): Outcome<Checkpoint, Problem> {
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  if (rest.pop() !== '') return malformed('expected lines that each end with a newline');
  if (origin === undefined || sizeText === undefined || rootText === undefined) {
    return malformed('expected an origin, a size and a root');
  }
  if (!LINE.test(origin)) return malformed('expected an origin that is not empty');
  const size = parseDecimal(sizeText);
  if (size === undefined) {
    return malformed('expected a size as a decimal without leading zeros, at most 2^53 - 1');
  }
  const root = fromBase64(rootText);
  if (root?.byteLength !== HASH_BYTES) return malformed('expected a root of 32 bytes as base64');
  if (!rest.every((line) => LINE.test(line))) {
    return malformed('expected extension lines that are not empty');
  }
  return ok({ origin, size, root, ...(rest.length > 0 && { extensions: rest }) });
}

/** The number of a decimal without sign, leading zeros or loss, or undefined. */
export function parseDecimal(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function malformed(message: string) {
  return fail(problem('checkpoint.malformed', message));
}
