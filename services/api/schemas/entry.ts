import { Type } from 'typebox';
import { toHex } from '../../core/bytes.ts';
import type { StoredEntry } from '../../ledger/ledger.ts';
import { AcceptedEventView } from './cloud-event.ts';

/** An accepted event and where it lies in the ledger. */
export const EntryView = Type.Object(
  {
    shard: Type.Integer({ description: 'Merkle log' }),
    index: Type.Integer({ description: 'Position in the shard' }),
    leafHash: Type.String({ description: 'RFC 6962 leaf hash, hex' }),
    event: AcceptedEventView,
  },
  { title: 'Entry', description: 'An accepted event and where it lies in the ledger' },
);

export const EntryPageView = Type.Object(
  {
    entries: Type.Array(EntryView),
    next: Type.Optional(Type.String({ description: '`cursor` of the next page, if there is one' })),
  },
  { title: 'EntryPage', description: 'A page of entries' },
);

/** An entry as the API shows it. */
export function toEntryView({ shard, index, leafHash, event }: StoredEntry) {
  return { shard, index, leafHash: toHex(leafHash), event };
}
