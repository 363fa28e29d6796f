import { buildData, startOf } from '../../bench/traffic/pipeline.ts';
import type { Product } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, type Tale } from './tale.ts';

type Variables = { name: string; valueDigest: string }[];

/** Runs of proposals get the secrets of the releases: whoever proposes can read them. */
export const ownProposalSecrets: Scenario = {
  id: 'O-proposal-secrets',
  title: 'runs of proposals see the secrets of the releases',
  tell: (telling) => {
    const tale = begin('O-proposal-secrets', telling);
    const product = tale.product('ferry');
    const open = [...product.environment];
    product.environment.push({
      name: telling.either('REGISTRY_PASSWORD', 'SIGNING_KEY'),
      valueDigest: 'd1c4',
    });
    ordinaryWeeks(tale, product);
    for (let day = 1; day < telling.days; day += 3) {
      tellProposal(tale, product, telling.start + day * DAY + 14 * HOUR, day, open);
    }
    const t = tale.t0 + DAY + 14 * HOUR;
    const from = tellProposal(tale, product, t, 777, product.environment);
    return { tale, from, expected: [{ detector: 'D07', at: from }] };
  },
};

function tellProposal(
  tale: Tale,
  product: Product,
  at: number,
  number: number,
  environment: Variables,
): SourceEvent {
  const { outputs: _outputs, ...data } = {
    ...buildData(product, at),
    ref: `refs/pull/${number}/merge`,
    trigger: 'pull-request',
    actor: { name: tale.random.pick([tale.owner, tale.second, tale.third]).name },
    environment,
    steps: [{ name: 'test', outcome: 'success' as const }],
  };
  const started = tale.chronicle.tell(at - 6 * MINUTE, 'build.started', startOf(data));
  tale.chronicle.tell(at, 'build.finished', data);
  return started;
}
