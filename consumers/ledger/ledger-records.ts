import type { OutgoingRecord } from '../../services/bus/bus.ts';
import { toEntryRecord } from '../../services/core/events/entry-record.ts';
import { DATA_DIGEST } from '../../services/ledger/leaf.ts';
import type { AppendResult } from '../../services/ledger/ledger.ts';

const ELSEWHERE = Buffer.from(`"${DATA_DIGEST}":"sha256:`);

/**
 * The records that tell consumers of what an append found or made, each index once and ascending. Entries that were
 * there before are among them: the crash that brought the records again may have come before they were published.
 */
export function toLedgerRecords(
  shard: number,
  { entries, duplicates }: Pick<AppendResult, 'entries' | 'duplicates'>,
): readonly OutgoingRecord[] {
  const known = new Map(duplicates.map(({ event, index }) => [index, event]));
  for (const { index } of entries) known.delete(index);
  const again = [...known]
    .sort(([a], [b]) => a - b)
    .map(([index, event]) => toEntryRecord({ shard, index, event }));
  const fresh = entries.map(({ index, event, leaf }) =>
    // The leaf is the event, byte for byte, unless its body lies elsewhere.
    Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength).includes(ELSEWHERE)
      ? toEntryRecord({ shard, index, event })
      : { key: event.project, value: leaf, headers: { index: String(index) }, partition: shard },
  );
  return [...again, ...fresh];
}
