import type { Bus } from '../../services/bus/bus.ts';
import type { Disposition } from '../../services/core/finding.ts';
import { TOPICS } from '../../services/core/topics.ts';
import type { Judged } from './judging.ts';

export type PublishDeps = {
  readonly bus: Pick<Bus, 'publish'>;
  /** Counts a finding that was published. */
  readonly metrics: { readonly finding: (rule: string, disposition: Disposition) => void };
};

/** Resolves when the findings are durable on the bus. */
export async function publishJudged(
  { bus, metrics }: PublishDeps,
  judged: readonly Judged[],
): Promise<void> {
  const records = judged.flatMap((one) => one.records);
  if (records.length === 0) return;
  await bus.publish(TOPICS.events, records);
  for (const { counts } of judged) {
    for (const { rule, disposition } of counts) metrics.finding(rule, disposition);
  }
}
