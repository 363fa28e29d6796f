import type { ProvostEvent } from '../../core/events/event.ts';
import type { ClickHouse } from './click-house.ts';
import { createRowBinaryReader } from './row-binary.ts';
import { toColumnTime } from './tsv.ts';

/** A committed entry with the identity that was asked for. */
export type IdentityMatch = {
  readonly index: number;
  readonly receivedAt: number;
  readonly leaf: Uint8Array;
};

/** How long `(source, id)` stays taken, counted from the received time. */
export const IDENTITY_WINDOW_MS = 32 * 24 * 60 * 60 * 1000;

const MATCHES = `
SELECT source, id, leaf_index, toUnixTimestamp64Milli(received_time), leaf FROM entries
WHERE shard = {shard:UInt32} AND leaf_index < {size:UInt64}
AND id IN {ids:Array(String)} AND source IN {sources:Array(String)}
AND received_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
AND received_time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY leaf_index
FORMAT RowBinary`;

// Bound values travel in the address of a request, which a server takes up to 1 MiB: an id may have 512 characters.
const MAX_IDS = 250;

const FOREVER = Date.UTC(2299, 11, 31);

/** Text under which an identity is found in a map. */
export function identityKey(event: { readonly source: string; readonly id: string }): string {
  return `${event.source}\0${event.id}`;
}

/**
 * Finds the latest entry below `size` of each event's identity that was received within the window before the event.
 * A record that is delivered again carries its received time, so the first look goes only there, where an index on
 * the time leaves almost nothing to read: a replay of the whole log stays fast.
 */
export async function findStoredIdentities(
  clickHouse: ClickHouse,
  shard: number,
  size: number,
  events: readonly ProvostEvent[],
): Promise<ReadonlyMap<string, IdentityMatch>> {
  const found = new Map<string, IdentityMatch>();
  const times = events.map((event) => toColumnTime(event.receivedtime));
  const earliest = times.reduce((a, b) => Math.min(a, b), FOREVER);
  const latest = times.reduce((a, b) => Math.max(a, b), 0);
  await look(events, earliest, latest);
  const rest = events.filter((event) => !found.has(identityKey(event)));
  await look(rest, Math.max(0, earliest - IDENTITY_WINDOW_MS), FOREVER);
  return found;

  async function look(wanted: readonly ProvostEvent[], from: number, to: number): Promise<void> {
    for (let at = 0; at < wanted.length; at += MAX_IDS) {
      await lookFor(wanted.slice(at, at + MAX_IDS), from, to);
    }
  }

  async function lookFor(wanted: readonly ProvostEvent[], from: number, to: number): Promise<void> {
    const rows = createRowBinaryReader(
      await clickHouse.bytes(MATCHES, {
        shard,
        size,
        ids: [...new Set(wanted.map((event) => event.id))],
        sources: [...new Set(wanted.map((event) => event.source))],
        from,
        to,
      }),
    );
    while (!rows.done()) {
      const source = Buffer.from(rows.string()).toString('utf8');
      const id = Buffer.from(rows.string()).toString('utf8');
      found.set(identityKey({ source, id }), {
        index: rows.uint64(),
        receivedAt: rows.uint64(),
        leaf: rows.string(),
      });
    }
  }
}
