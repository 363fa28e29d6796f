import type { LanePosition } from '../../consumers/detect/lane-lead.ts';
import { TOPICS } from '../core/topics.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { LANE } from './create-metrics.ts';

/** How far the second lane is, for whoever asks between two of its looks. */
export type LaneLag = {
  /** Where the lane stands; undefined once another process runs it. */
  readonly tell: (position: LanePosition | undefined) => void;
  /** Entries of the ledger that wait for the lane, by shard as a group's by partition; empty when it does not run here. */
  readonly read: () => Promise<readonly LagOfLane[]>;
};

type LagOfLane = {
  readonly topic: string;
  readonly group: string;
  readonly partition: number;
  readonly lag: number;
};

/** Adds to what waited at the lane's last look what the ledger took since: 0 is told only when nothing waits. */
export function createLaneLag(ledger: Pick<Ledger, 'shards' | 'size'>): LaneLag {
  let last: LanePosition | undefined;
  return {
    tell: (position) => {
      last = position;
    },
    read: async () => {
      // One look's numbers, also when the next look tells others meanwhile.
      const position = last;
      if (position === undefined) return [];
      const lagOf = async (shard: number) => {
        const since = (await ledger.size(shard)) - (position.sizes.get(shard) ?? 0);
        const lag = (position.waiting.get(shard) ?? 0) + since;
        return { topic: TOPICS.ledger, group: LANE, partition: shard, lag };
      };
      return Promise.all((await ledger.shards()).map(lagOf));
    },
  };
}
