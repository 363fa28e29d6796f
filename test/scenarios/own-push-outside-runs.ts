import {
  buildData,
  startOf,
  strangeImage,
  tellCommit,
  tellPush,
} from '../../bench/traffic/pipeline.ts';
import type { Product } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, elsewhere, ordinaryWeeks, type Tale } from './tale.ts';

/** Runs push before they end, and only their end names the image: a push while none is under way is known at once. */
export const ownPushOutsideRuns: Scenario = {
  id: 'O-push-outside-runs',
  title: "a release pushed with the robot's credential while no run is under way",
  tell: (telling) => {
    const tale = begin('O-push-outside-runs', telling);
    const product = tale.product('heron', { attested: false, inspected: false });
    ordinaryWeeks(tale, product, {
      release: (at, version) => releaseWithin(tale, product, at, [version, 'latest']),
    });
    const t = tale.t0 + DAY + telling.either(3, 21) * HOUR;
    const pushed = tellPush(
      tale.chronicle,
      product,
      t,
      strangeImage(product),
      ['9.0.0', 'latest'],
      elsewhere(product.robot, tale),
    );
    return {
      tale,
      from: pushed,
      expected: [
        { detector: 'D03', at: pushed },
        { detector: 'D01', at: pushed },
      ],
      pages: true,
    };
  },
};

function releaseWithin(tale: Tale, product: Product, at: number, tags: readonly string[]) {
  const { chronicle } = tale;
  tellCommit(chronicle, product, at - HOUR / 2);
  const data = buildData(product, at);
  const image = {
    digest: data.outputs?.[0]?.digest ?? '',
    runId: data.runId,
    commit: product.commit,
  };
  chronicle.tell(at - 6 * MINUTE, 'build.started', startOf(data));
  tellPush(chronicle, product, at - MINUTE, image, tags);
  chronicle.tell(at, 'build.finished', data);
  return image;
}
