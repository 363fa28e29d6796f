import { tellMove, tellRelease } from '../../bench/traffic/pipeline.ts';
import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** Floating tags follow each release; one release is bad, and they go back until a better one comes. */
export const b06: Scenario = {
  id: 'B06',
  title: 'floating tags are re-pointed, once backwards',
  tell: (telling) => {
    const tale = begin('B06', telling);
    const { chronicle, second } = tale;
    const product = tale.product('gateway');
    const floating = ['latest', '1', telling.either('lts', 'stable')];
    const releases = ordinaryWeeks(tale, product, { floating });
    const good = releases.at(-1);
    if (good === undefined) throw new Error('no release');
    const t = tale.t0 + telling.either(10, 14) * HOUR;
    const before = new Set(tale.events());
    tellRelease(chronicle, product, t, ['1.77.0', ...floating]);
    const [from] = tale.events().filter((event) => !before.has(event));
    floating.forEach((tag, n) => {
      tellMove(
        chronicle,
        product,
        t + 26 * HOUR + n * 9000,
        tag,
        good.digest,
        telling.either(second, product.robot),
      );
    });
    tellRelease(chronicle, product, t + 2 * DAY, ['1.77.1', ...floating]);
    if (from === undefined) throw new Error('no release');
    return { tale, from, expected: [], pages: false };
  },
};
