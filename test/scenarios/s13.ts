import {
  buildData,
  startOf,
  tellBuild,
  tellInspection,
  tellPush,
  tellRelease,
} from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, tellPackage } from './tale.ts';

/** A poisoned cache gives attested releases that are not what the commit says; days later a token uploads past the pipeline. */
export const s13: Scenario = {
  id: 'S13',
  title: 'attested but wrong, then unattested',
  tell: (telling) => {
    const tale = begin('S13', telling);
    const { chronicle, t0, owner } = tale;
    const product = tale.product('vision');
    const name = `pkg:pypi/${telling.project}-vision`;
    chronicle.tell(telling.start - 300 * DAY, 'token.created', {
      actor: actorOf(owner),
      client: clientOf(owner),
      repository: product.repository,
      tokenId: 'upload-old',
    });
    tellPackage(tale, product, telling.start - 300 * DAY + HOUR, `${name}@0.1.0`, {
      attested: false,
      tokenId: 'upload-old',
    });
    let turn = 0;
    ordinaryWeeks(tale, product, {
      // Every commit is built twice: once when it lands, once when it is released.
      release: (at, version) => {
        const app = digestOf(`${telling.project} app ${turn}`);
        turn += 1;
        const image = tellRelease(chronicle, product, at, [`edge-${turn}`]);
        const again = tellBuild(chronicle, product, at + HOUR, { commit: image.commit });
        product.layers.app[1] = app;
        tellPush(
          chronicle,
          product,
          at + HOUR + 20_000,
          again,
          [version, 'latest'],
          product.robot,
          {
            layers: [...product.layers.base, ...product.layers.app].map((digest) => ({ digest })),
          },
        );
        tellInspection(chronicle, product, at + HOUR + 60_000, again);
        tellPackage(tale, product, at + 2 * HOUR, `${name}@${version}`, { tokenId: 'oidc' });
        chronicle.tell(at + 5 * HOUR, 'rebuild.compared', {
          repository: product.repository,
          digest: again.digest,
          commit: image.commit,
          matches: true,
        });
        return again;
      },
    });

    const t = t0 + 2 * DAY + telling.either(20, 14) * HOUR;
    const privileged = chronicle.tell(t - 2 * HOUR, 'build.started', {
      ...startOf(buildData(product, t)),
      trigger: 'pull_request_target',
      ref: 'refs/pull/1810/merge',
      actor: { name: 'openim-bot-3' },
      workflow: { path: '.ci/format.yml', digest: digestOf('format') },
    });
    const bad = ['8.3.41', '8.3.42'].map((version, n) => {
      const at = t + n * 18 * HOUR;
      const build = tellBuild(chronicle, product, at);
      const pushed = tellPush(chronicle, product, at + MINUTE, build, [version, 'latest']);
      product.packages.app.push(`pkg:pypi/miner-${n}@1.0.0`);
      const inspected = tellInspection(chronicle, product, at + 3 * MINUTE, build);
      product.packages.app.pop();
      tellPackage(tale, product, at + 5 * MINUTE, `${name}@${version}`, { tokenId: 'oidc' });
      const compared = chronicle.tell(at + 5 * HOUR, 'rebuild.compared', {
        repository: product.repository,
        digest: build.digest,
        commit: build.commit,
        matches: false,
        differences: ['utils/downloads.py'],
      });
      return { pushed, inspected, compared };
    });
    const before = new Set(tale.events());
    tellRelease(chronicle, product, t + 24 * HOUR, ['8.3.43', 'latest']);
    tellPackage(tale, product, t + 25 * HOUR, `${name}@8.3.43`, { tokenId: 'oidc' });
    const clean = new Set(tale.events().filter((event) => !before.has(event)));
    const upload = tellPackage(tale, product, t + 3 * DAY, `${name}@8.3.45`, {
      build: false,
      attested: false,
      tokenId: 'upload-old',
    });
    tellPackage(tale, product, t + 3 * DAY + HOUR, `${name}@8.3.46`, {
      build: false,
      attested: false,
      tokenId: 'upload-old',
    });
    chronicle.tell(t + 3 * DAY + 6 * HOUR, 'token.revoked', {
      actor: actorOf(owner),
      client: clientOf(owner),
      repository: product.repository,
      tokenId: 'upload-old',
    });
    const [first] = bad;
    if (first === undefined) throw new Error('no release');
    return {
      tale,
      from: privileged,
      expected: [
        { detector: 'D09', at: first.inspected },
        { detector: 'D21', at: first.compared },
        { detector: 'D03', at: upload },
        { detector: 'D04', at: upload },
        { detector: 'D28', at: upload },
      ],
      pages: true,
      // The poisoned cache, and the token days later.
      waves: 2,
      mustNotFlag: ({ about }) => clean.has(about),
    };
  },
};
