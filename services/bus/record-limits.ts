import { ProvostError } from '../core/errors.ts';
import type { OutgoingRecord } from './bus.ts';

/** Upper bound of one record with its key and headers: what a Kafka broker accepts without being reconfigured. */
export const MAX_RECORD_BYTES = 1_048_576;

/** What framing may add to a record, in any adapter; Kafka's own batch of one record needs about 90 bytes. */
const FRAMING_BYTES = 128;
const FRAMING_BYTES_PER_HEADER = 16;

/** Bytes that a record may take on the wire or on disk; never less than what an adapter really writes. */
export function recordBytes(record: OutgoingRecord): number {
  let bytes = FRAMING_BYTES + Buffer.byteLength(record.key) + record.value.byteLength;
  for (const [name, value] of Object.entries(record.headers ?? {})) {
    bytes += FRAMING_BYTES_PER_HEADER + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}

/** Throws `bus.record-too-large` when any of the records is over the limit, before one of them is written. */
export function assertRecordsFit(topic: string, records: readonly OutgoingRecord[]): void {
  for (const [index, record] of records.entries()) {
    const bytes = recordBytes(record);
    if (bytes > MAX_RECORD_BYTES) {
      throw new ProvostError(
        'bus.record-too-large',
        `a record of ${topic} may take ${MAX_RECORD_BYTES} bytes with its framing, record ${index} takes ${bytes}`,
      );
    }
  }
}
