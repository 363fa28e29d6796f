import { utf8 } from '../../services/core/bytes.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';
import type { EncodedEntry } from './judging.ts';

const PIECE = 1000;

/** Reads entries of a shard with from ≤ index < to, and hands them over in pieces, in the form of the topic. */
export async function scanEncoded(
  ledger: Pick<Ledger, 'scan'>,
  { shard, from, to }: { readonly shard: number; readonly from: number; readonly to: number },
  take: (entries: readonly EncodedEntry[]) => Promise<void>,
): Promise<void> {
  let piece: EncodedEntry[] = [];
  for await (const { index, event } of ledger.scan(shard, from, to)) {
    piece.push({ index, value: utf8(JSON.stringify(event)) });
    if (piece.length < PIECE) continue;
    await take(piece);
    piece = [];
  }
  if (piece.length > 0) await take(piece);
}
