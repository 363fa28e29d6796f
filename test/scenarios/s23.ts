import { tellMove, tellPush, tellRun } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A publisher moves its versioned tags to a legacy namespace, announced weeks before; papers cite what loses its home. */
export const s23: Scenario = {
  id: 'S23',
  title: 'an announced move takes cited digests from their name',
  tell: (telling) => {
    const tale = begin('S23', telling);
    const { chronicle, owner, t0 } = tale;
    const product = tale.product('database');
    const legacy = tale.product('legacy-database', { built: false });
    const releases = ordinaryWeeks(tale, product, { cited: true });
    releases.forEach((release, n) => {
      if (n % 5 === 0) {
        tellMove(chronicle, product, release.at + 4 * HOUR, 'tested', release.digest, owner);
      }
    });
    const cited = releases[telling.either(5, 8)];
    if (cited === undefined) throw new Error('no release');
    tellRun(chronicle, product, cited.at + 3 * DAY, cited.digest, {
      citation: `doi:10.5555/${telling.project}`,
    });
    const t = t0 + 30 * DAY;
    chronicle.tell(t - telling.either(43, 29) * DAY, 'change.announced', {
      project: telling.project,
      repository: product.repository,
      from: new Date(t - HOUR).toISOString(),
      until: new Date(t + 2 * DAY).toISOString(),
      reason: 'Versioned tags move to the legacy namespace',
      actors: [owner.name],
      tags: ['1.*'],
    });
    releases.forEach((release, n) => {
      tellPush(chronicle, legacy, t - 10 * DAY + n * MINUTE, release, [release.version], owner);
    });
    const deleted = releases.map((release, n) =>
      chronicle.tell(t + n * 20_000, 'tag.deleted', {
        repository: product.repository,
        tag: release.version,
        digest: release.digest,
        actor: actorOf(owner),
        client: clientOf(owner),
      }),
    );
    const first = deleted.find((_event, n) => n % 3 === 2) ?? deleted[0];
    if (first === undefined || deleted[0] === undefined) throw new Error('nothing removed');
    return {
      tale,
      from: deleted[0],
      expected: [{ detector: 'D24', at: first }],
      pages: false,
      mustNotFlag: ({ detector }) => detector !== 'D24',
    };
  },
};
