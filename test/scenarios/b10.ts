import { tellPush } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** Old versions go in the slot that was announced weeks before; copies exist, and nothing that is cited is among them. */
export const b10: Scenario = {
  id: 'B10',
  title: 'deprecated versions go as announced',
  tell: (telling) => {
    const tale = begin('B10', telling);
    const { chronicle, owner, t0 } = tale;
    const product = tale.product('engine');
    const archive = tale.product('engine-archive', { built: false });
    const releases = ordinaryWeeks(tale, product);
    const old = releases.slice(0, telling.either(20, 14));
    const t = t0 + 20 * DAY + 9 * HOUR;
    chronicle.tell(t - telling.either(43, 35) * DAY, 'change.announced', {
      project: telling.project,
      repository: product.repository,
      from: new Date(t - HOUR).toISOString(),
      until: new Date(t + 8 * HOUR).toISOString(),
      reason: 'End of life of the first versions',
      actors: [owner.name],
      tags: ['1.*'],
    });
    old.forEach((release, n) => {
      tellPush(chronicle, archive, t - 9 * DAY + n * 60_000, release, [release.version], owner);
    });
    const removed = old.map((release, n) =>
      telling.either(
        () =>
          chronicle.tell(t + n * 7000, 'tag.deleted', {
            repository: product.repository,
            tag: release.version,
            digest: release.digest,
            actor: actorOf(owner),
            client: clientOf(owner),
          }),
        () =>
          chronicle.tell(t + n * 7000, 'artifact.deleted', {
            repository: product.repository,
            digest: release.digest,
            tags: [release.version],
            actor: actorOf(owner),
            client: clientOf(owner),
          }),
      )(),
    );
    const [from] = removed;
    if (from === undefined) throw new Error('nothing removed');
    return { tale, from, expected: [], pages: false };
  },
};
