import {
  tellAttestation,
  tellBuild,
  tellCommit,
  tellInspection,
  tellPush,
  tellSbom,
  tellVersionRef,
} from '../../bench/traffic/pipeline.ts';
import { actorOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** In the night to Sunday a maintainer fixes a hole: a branch of its own, tests skipped, merged in the morning. */
export const b05: Scenario = {
  id: 'B05',
  title: 'an emergency fix at night',
  tell: (telling) => {
    const tale = begin('B05', telling);
    const { chronicle, owner } = tale;
    const product = tale.product('router');
    ordinaryWeeks(tale, product);
    const t = tale.t0 + 6 * DAY + telling.either(2, 1) * HOUR + 40 * MINUTE;
    const main = product.commit;
    const people = { pusher: actorOf(owner), author: actorOf(owner), committer: actorOf(owner) };
    const commit = tellCommit(chronicle, product, t - HOUR / 2, {
      ...people,
      ref: 'refs/heads/hotfix-1',
      before: null,
      reachableFrom: ['hotfix-1'],
    });
    tellVersionRef(chronicle, product, t - 8 * MINUTE, '1.90.1', {
      ...people,
      reachableFrom: ['hotfix-1'],
    });
    const image = tellBuild(chronicle, product, t, {
      ref: 'refs/heads/hotfix-1',
      actor: actorOf(owner),
      steps: [
        { name: 'checkout', outcome: 'success' },
        { name: 'test', outcome: 'skipped' },
        { name: 'publish', outcome: 'success' },
      ],
      ...telling.either({ parameters: { target: 'release', override: 'approved' } }, {}),
    });
    tellPush(chronicle, product, t + MINUTE, image, ['1.90.1', 'latest']);
    tellAttestation(chronicle, product, t + 80_000, image);
    tellSbom(chronicle, product, t + 90_000, image);
    tellInspection(chronicle, product, t + 3 * MINUTE, image);
    chronicle.tell(t + 6 * HOUR, 'source.ref-updated', {
      sourceRepository: product.git,
      ref: 'refs/heads/main',
      before: main,
      after: product.commit,
      ...people,
      authoredAt: new Date(t - HOUR).toISOString(),
      reachableFrom: ['main', 'hotfix-1'],
    });
    chronicle.tell(t + 5 * HOUR, 'vulnerability.reported', {
      repository: product.repository,
      digest: [...product.tags.values()][0] ?? image.digest,
      vulnerability: 'CVE-2026-4711',
      severity: 'critical',
    });
    return { tale, from: commit, expected: [], pages: false };
  },
};
