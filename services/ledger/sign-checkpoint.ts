import { formatCheckpoint } from '../core/note/checkpoint.ts';
import { type NoteSigner, signNote } from '../core/note/signed-note.ts';
import type { StoredCheckpoint } from './ledger.ts';

/** Origin line of a shard's checkpoints: every shard is a log of its own, all signed with one key. */
export function shardOrigin(origin: string, shard: number): string {
  return `${origin}/${shard}`;
}

/** The signed checkpoint of a shard's first `size` entries; the same input always gives the same note. */
export function signCheckpoint(
  signer: NoteSigner,
  origin: string,
  tree: { readonly shard: number; readonly size: number; readonly root: Uint8Array },
  now: number,
): StoredCheckpoint {
  const { shard, size, root } = tree;
  const text = formatCheckpoint({ origin: shardOrigin(origin, shard), size, root });
  return {
    shard,
    size,
    root,
    note: signNote(text, signer),
    signedAt: new Date(now).toISOString(),
  };
}
