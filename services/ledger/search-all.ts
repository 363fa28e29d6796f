import type { EntryQuery, Ledger, StoredEntry } from './ledger.ts';

const PAGE = 1000;

/** All entries of a query, oldest first, page by page in bounded memory. */
export async function* searchAll(
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
