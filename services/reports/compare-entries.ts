/** The ledger's order, which is the one that counts: event times are claims. */
export function compareEntries(
  a: { readonly shard: number; readonly index: number },
  b: { readonly shard: number; readonly index: number },
): number {
  return a.shard - b.shard || a.index - b.index;
}
