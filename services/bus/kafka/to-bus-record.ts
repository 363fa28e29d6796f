import type { KafkaMessage } from 'kafkajs';
import type { BusRecord } from '../bus.ts';

/** The port's record; a key or value that Kafka has as null is empty, of a repeated header the last one counts. */
export function toBusRecord(partition: number, message: KafkaMessage): BusRecord {
  return {
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value ?? new Uint8Array(),
    headers: Object.fromEntries(
      Object.entries(message.headers ?? {}).map(([name, value]) => [name, toText(value)]),
    ),
    timestamp: Number(message.timestamp),
  };
}

/** Bytes of the message as far as a batch's limit is concerned. */
export function messageBytes({ key, value, headers }: KafkaMessage): number {
  let bytes = (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  for (const [name, header] of Object.entries(headers ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(toText(header));
  }
  return bytes;
}

function toText(value: NonNullable<KafkaMessage['headers']>[string]): string {
  const single = Array.isArray(value) ? value.at(-1) : value;
  return single === undefined ? '' : single.toString();
}
