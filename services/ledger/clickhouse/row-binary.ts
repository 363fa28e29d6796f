import { ProvostError } from '../../core/errors.ts';

/** Reads ClickHouse's RowBinary front to back; every read throws `ledger.unavailable` past the end. */
export type RowBinaryReader = {
  readonly done: () => boolean;
  readonly uint32: () => number;
  /** A UInt64 that must be a safe integer. */
  readonly uint64: () => number;
  readonly fixed: (length: number) => Uint8Array;
  readonly string: () => Uint8Array;
  readonly array: <T>(element: () => T) => readonly T[];
};

/** Starts at the first row; what it hands out are views of the given bytes. */
export function createRowBinaryReader(bytes: Uint8Array): RowBinaryReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (length: number): number => {
    const start = at;
    if (start + length > buffer.byteLength) {
      throw new ProvostError('ledger.unavailable', 'a result ended in the middle of a row');
    }
    at += length;
    return start;
  };
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer[take(1)] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  return {
    done: () => at >= buffer.byteLength,
    uint32: () => buffer.readUInt32LE(take(4)),
    uint64: () => {
      const start = take(8);
      const value = buffer.readUInt32LE(start + 4) * 2 ** 32 + buffer.readUInt32LE(start);
      if (Number.isSafeInteger(value)) return value;
      throw new ProvostError('ledger.unavailable', 'a stored number is beyond 2^53');
    },
    fixed: (length) => {
      const start = take(length);
      return buffer.subarray(start, start + length);
    },
    string: () => {
      const length = varint();
      const start = take(length);
      return buffer.subarray(start, start + length);
    },
    array: (element) => {
      const elements = [];
      for (let left = varint(); left > 0; left--) elements.push(element());
      return elements;
    },
  };
}
