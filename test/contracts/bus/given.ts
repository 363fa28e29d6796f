import type { Bus, BusRecord, SubscribeOptions, Subscription } from '../../../services/bus/bus.ts';

export const PATIENCE = { timeout: 30_000, interval: 10 };

/** An open bus with a fresh topic, and a way to close and open it again. */
export type Given = {
  readonly bus: () => Bus;
  readonly topic: string;
  readonly group: string;
  readonly reopen: () => Promise<void>;
};

export function subscribing(given: Given): SubscribeOptions {
  return {
    topic: given.topic,
    group: given.group,
    from: 'earliest',
    handler: async () => {},
    onFatal: (error) => {
      throw error;
    },
  };
}

/** Subscribes and gathers what comes; the array grows. */
export async function collect(
  given: Given,
  changes: Partial<SubscribeOptions> = {},
): Promise<{ readonly records: BusRecord[]; readonly subscription: Subscription }> {
  const records: BusRecord[] = [];
  const subscription = await given.bus().subscribe({
    ...subscribing(given),
    handler: async (batch) => {
      records.push(...batch.records);
    },
    ...changes,
  });
  return { records, subscription };
}

export function numbered(first: number, count: number): { key: string; value: Uint8Array }[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `key-${first + index}`,
    value: text(String(first + index)),
  }));
}

export function text(value: string): Uint8Array {
  return Buffer.from(value);
}

export function textOf(record: { readonly value: Uint8Array }): string {
  return Buffer.from(record.value).toString();
}

/** Declares a test that gets all this for itself. */
export type ContractTest = (
  behaviour: string,
  partitions: number,
  body: (given: Given) => Promise<void>,
) => void;
