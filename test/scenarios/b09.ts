import { tellBuild, tellRelease } from '../../bench/traffic/pipeline.ts';
import { actorOf, commitOf, digestOf, type Product } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, type Tale } from './tale.ts';

/** Monday's batch of the dependency bot: dozens of runs in half an hour, one line each; people merge some later. */
export const b09: Scenario = {
  id: 'B09',
  title: 'the Monday batch of a dependency bot',
  tell: (telling) => {
    const tale = begin('B09', telling);
    const product = tale.product('service');
    ordinaryWeeks(tale, product);
    for (let week = 1; week * 7 < telling.days; week += 1) {
      runBot(tale, product, telling.start + week * 7 * DAY + 5 * HOUR, telling.either(8, 5));
    }
    const t = tale.t0 + 5 * HOUR;
    const from = runBot(tale, product, t, telling.either(60, 30));
    product.dependencies = product.dependencies.map(({ name }) => ({
      name,
      version: '9.1.0',
      digest: digestOf(`${name} 9.1.0`),
    }));
    product.workflow = { ...product.workflow, digest: digestOf('pinned lines') };
    tellRelease(tale.chronicle, product, t + 6 * HOUR, ['1.88.0', 'latest']);
    return { tale, from, expected: [], pages: false };
  },
};

function runBot(tale: Tale, product: Product, t: number, count: number): SourceEvent {
  let first: SourceEvent | undefined;
  for (let turn = 0; turn < count; turn += 1) {
    const dependencies = product.dependencies.map((dependency, n) =>
      n === turn % product.dependencies.length
        ? { ...dependency, version: `8.${turn}.0`, digest: digestOf(`${t} ${turn}`) }
        : dependency,
    );
    const { started } = tellBuild(
      tale.chronicle,
      product,
      t + turn * ((25 * MINUTE) / count) + 6 * MINUTE,
      {
        commit: commitOf(`bot ${t} ${turn}`),
        ref: `refs/heads/bot/update-${turn}`,
        trigger: 'pull-request',
        actor: { ...actorOf({ ...product.robot, name: 'update-bot' }), kind: 'robot' },
        workflow: { path: '.ci/test.yml', digest: digestOf('test workflow') },
        steps: [{ name: 'test', outcome: 'success' }],
        outputs: [],
        dependencies: { declared: dependencies, resolved: dependencies },
      },
    );
    first ??= started;
  }
  if (first === undefined) throw new Error('no run');
  return first;
}
