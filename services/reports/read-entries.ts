import type { EntryQuery, Ledger, StoredEntry } from '../ledger/ledger.ts';

const PAGE = 1000;

/** All entries of a query, page by page in bounded memory. */
export async function* readEntries(
  ledger: Pick<Ledger, 'search'>,
  query: Omit<EntryQuery, 'order' | 'limit' | 'cursor'>,
): AsyncIterable<StoredEntry> {
  let cursor: string | undefined;
  do {
    const page = await ledger.search({
      ...query,
      order: 'oldest',
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.entries;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** The ledger's order, which is the one that counts: event times are claims. */
export function compareEntries(
  a: { readonly shard: number; readonly index: number },
  b: { readonly shard: number; readonly index: number },
): number {
  return a.shard - b.shard || a.index - b.index;
}
