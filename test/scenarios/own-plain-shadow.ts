import { tellRelease } from '../../bench/traffic/pipeline.ts';
import { digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** Builds name their packages plainly, and beside them the host of each: the internal one comes from the public index. */
export const ownPlainShadow: Scenario = {
  id: 'O-plain-shadow',
  title: 'an internal package comes from the public registry with a huge version',
  tell: (telling) => {
    const tale = begin('O-plain-shadow', telling);
    const product = tale.product('orbit');
    const name = `${telling.project}-frames`;
    const inner = {
      name,
      version: '1.4.2',
      digest: digestOf('frames'),
      origin: 'packages.example',
    };
    product.dependencies = [inner, ...product.dependencies];
    ordinaryWeeks(tale, product);
    product.dependencies[0] = {
      name,
      version: '99.0.1',
      digest: digestOf('shadow'),
      ...{ origin: 'pypi.org' },
    };
    const t = tale.t0 + DAY + 10 * HOUR;
    const told = tale.events().length;
    tellRelease(tale.chronicle, product, t, ['7.0.0', 'latest']);
    const after = tale.events().slice(told);
    const [from] = after;
    const built = after.find(({ type }) => type === 'build.finished');
    if (from === undefined || built === undefined) throw new Error('no release');
    return {
      tale,
      from,
      expected: [
        { detector: 'D08', at: built },
        { detector: 'D18', at: built },
      ],
      pages: true,
    };
  },
};
