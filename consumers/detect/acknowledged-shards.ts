import type { Bus } from '../../services/bus/bus.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Ledger } from '../../services/ledger/ledger.ts';

type AcknowledgedDeps = {
  readonly bus: Pick<Bus, 'lag'>;
  readonly ledger: Pick<Ledger, 'size'>;
  /** Where events that were accepted wait for the ledger: a partition is a shard. */
  readonly intake: { readonly topic: string; readonly group: string };
  readonly group: string;
};

/**
 * Of the shards those of which the group has acknowledged every entry, with their sizes. Sizes are read first: what the
 * ledger held then is on its topic once nothing waits in the intake, since it acknowledges only what it has published.
 */
export async function acknowledgedShards(
  { bus, ledger, intake, group }: AcknowledgedDeps,
  shards: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>();
  if (shards.length === 0) return sizes;
  for (const shard of shards) sizes.set(shard, await ledger.size(shard));
  const incoming = await bus.lag(intake.topic, intake.group);
  const lags = [...incoming, ...(await bus.lag(TOPICS.ledger, group))];
  for (const { partition, lag } of lags) if (lag > 0n) sizes.delete(partition);
  return sizes;
}
