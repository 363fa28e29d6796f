import { tellBuild, tellCommit, tellInspection, tellPush } from '../../bench/traffic/pipeline.ts';
import { digestOf, type Product } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, type Tale } from './tale.ts';

/** A build machine swaps a source file while it compiles: everything is in order, but a second builder gets other content. */
export const s18: Scenario = {
  id: 'S18',
  title: 'only a second builder sees that the first one adds something',
  tell: (telling) => {
    const tale = begin('S18', telling);
    const product = tale.product('monitor');
    ordinaryWeeks(tale, product, {
      release: (when, version) => releaseTwice(tale, product, when, version, false).image,
    });
    const waves = [0, 21, 60].map((day, n) =>
      releaseTwice(tale, product, tale.t0 + day * DAY + 11 * HOUR, `2020.${n + 2}.0`, true),
    );
    // The implant is taken out: rebuilds match again.
    releaseTwice(tale, product, tale.t0 + 90 * DAY + 11 * HOUR, '2020.9.0', false);
    const [first] = waves;
    if (first === undefined) throw new Error('no release');
    return {
      tale,
      from: first.pushed,
      expected: [
        { detector: 'D09', at: first.seen },
        { detector: 'D21', at: first.compared },
      ],
      pages: true,
      waves: 3,
    };
  },
};

/** A release and its rebuild by the second builder, which reports whether they are the same. */
function releaseTwice(tale: Tale, product: Product, when: number, version: string, bad: boolean) {
  const { chronicle } = tale;
  tellCommit(chronicle, product, when - HOUR);
  const app = digestOf(`${product.commit} app`);
  const layersOf = (digest: string) =>
    [...product.layers.base, digest].map((layer) => ({ digest: layer, size: 20_000_000 }));
  const image = tellBuild(chronicle, product, when);
  const evil = digestOf(`${product.commit} app and more`);
  const pushed = tellPush(
    chronicle,
    product,
    when + MINUTE,
    image,
    [version, 'latest'],
    product.robot,
    { layers: layersOf(bad ? evil : app) },
  );
  tellInspection(chronicle, product, when + 2 * MINUTE, image, {
    diffIds: layersOf(bad ? evil : app).map(({ digest }) => digest),
  });
  const again = tellBuild(chronicle, product, when + 3 * HOUR, {
    commit: image.commit,
    builderId: 'https://verify.example/builders/second',
    trigger: 'rebuild',
    workflow: { ...product.workflow },
  });
  tellPush(
    chronicle,
    product,
    when + 3 * HOUR + MINUTE,
    again,
    [`${version}-verify`],
    { ...product.robot, name: `${product.project}-verifier` },
    { layers: layersOf(app) },
  );
  const seen = tellInspection(chronicle, product, when + 3 * HOUR + 2 * MINUTE, again, {
    diffIds: layersOf(app).map(({ digest }) => digest),
  });
  const compared = chronicle.tell(when + 4 * HOUR, 'rebuild.compared', {
    repository: product.repository,
    digest: image.digest,
    rebuildDigest: again.digest,
    commit: image.commit,
    matches: !bad,
    ...(bad ? { differences: ['lib/core.dll'] } : {}),
  });
  return { image, pushed, seen, compared };
}
