/** Grows a body of TSV rows in one piece of memory, so that a commit of thousands of rows leaves no garbage. */
export type RowBuffer = {
  readonly text: (text: string) => void;
  readonly raw: (bytes: Uint8Array) => void;
  readonly byteLength: () => number;
  /** View of what was written; valid until {@link RowBuffer.clear}. */
  readonly bytes: () => Uint8Array;
  readonly clear: () => void;
};

const FIRST_BYTES = 64 * 1024;

export function createRowBuffer(): RowBuffer {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES);
  let length = 0;
  const reserve = (bytes: number): void => {
    if (length + bytes <= buffer.byteLength) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.byteLength * 2, length + bytes));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  return {
    text: (text) => {
      // A UTF-16 unit takes at most three bytes.
      reserve(text.length * 3);
      length += buffer.write(text, length, 'utf8');
    },
    raw: (bytes) => {
      reserve(bytes.byteLength);
      buffer.set(bytes, length);
      length += bytes.byteLength;
    },
    byteLength: () => length,
    bytes: () => buffer.subarray(0, length),
    clear: () => {
      length = 0;
    },
  };
}

/** A body of a few rows. */
export function rowsOf(rows: readonly string[]): Uint8Array {
  return Buffer.from(rows.join(''), 'utf8');
}
