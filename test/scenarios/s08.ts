import {
  buildData,
  startOf,
  strangeImage,
  tellPush,
  tellRelease,
} from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf, commitOf, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A comment with shell in it runs with the project's rights, opens a change, and the release workflow publishes it. */
export const s08: Scenario = {
  id: 'S08',
  title: 'a stranger’s comment becomes a release on a Friday night',
  tell: (telling) => {
    const tale = begin('S08', telling);
    const { chronicle, owner } = tale;
    const product = tale.product('observer');
    ordinaryWeeks(tale, product);
    const helper = { path: '.ci/label-issues.yml', digest: digestOf('label issues') };
    for (let day = 1; day < telling.days; day += 9) {
      const data = startOf(buildData(product, telling.start));
      chronicle.tell(telling.start + day * DAY + 11 * HOUR, 'build.started', {
        ...data,
        runId: `label-${day}`,
        trigger: 'issue_comment',
        workflow: helper,
        actor: actorOf(tale.second),
      });
    }
    const t = tale.t0 + 4 * DAY + telling.either(22, 23) * HOUR + 10 * MINUTE;
    const ordinary = startOf(buildData(product, t));
    const commented = chronicle.tell(t, 'build.started', {
      ...ordinary,
      runId: 'label-last',
      trigger: 'issue_comment',
      workflow: helper,
      actor: { name: 'quick-fox-2291' },
    });
    const started = chronicle.tell(t + 5 * MINUTE, 'build.started', {
      ...ordinary,
      runId: 'release-odd',
      commit: commitOf(`${telling.project} odd`),
      ref: 'refs/pull/2203/head',
      trigger: 'workflow_dispatch',
      actor: { name: 'forge-actions[bot]', kind: 'robot' },
    });
    const image = { ...strangeImage(product), runId: 'release-odd' };
    const pushed = tellPush(chronicle, product, t + 12 * MINUTE, image, ['2.3.3', 'latest']);
    const deleted = chronicle.tell(t + 11 * HOUR, 'artifact.deleted', {
      repository: product.repository,
      digest: image.digest,
      tags: ['2.3.3', 'latest'],
      actor: actorOf(owner),
      client: clientOf(owner),
    });
    const before = new Set(tale.events());
    tellRelease(chronicle, product, tale.t0 + 7 * DAY + 10 * HOUR, ['2.3.4', 'latest']);
    const cure = new Set([deleted, ...tale.events().filter((event) => !before.has(event))]);
    return {
      tale,
      from: commented,
      expected: [
        { detector: 'D25', at: commented },
        { detector: 'D10', at: started },
        { detector: 'D12', at: pushed },
        { detector: 'D03', at: pushed },
      ],
      pages: true,
      mustNotFlag: ({ about }) => cure.has(about),
    };
  },
};
