import { tellAttestation, tellBuild, tellMove, tellPush } from '../../bench/traffic/pipeline.ts';
import { digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** An advisory says the last weeks' dependency is bad: everybody goes back to versions that ran well before. */
export const b17: Scenario = {
  id: 'B17',
  title: 'a planned roll-back after an advisory',
  tell: (telling) => {
    const tale = begin('B17', telling);
    const { chronicle, owner, t0 } = tale;
    const products = ['report', 'ingest', 'index'].map((name) => tale.product(name));
    const old = { name: 'pkg:pypi/router', version: '1.82.6', digest: digestOf('router 1.82.6') };
    const bad = { name: 'pkg:pypi/router', version: '1.83.0', digest: digestOf('router 1.83.0') };
    const histories = products.map((product) => {
      product.dependencies.push(old);
      const releases = ordinaryWeeks(tale, product, { floating: ['latest', 'stable'] });
      product.dependencies = [...product.dependencies.slice(0, -1), bad];
      return releases;
    });
    const t = t0 + 2 * DAY + telling.either(9, 13) * HOUR;
    const [first] = products;
    const reported = chronicle.tell(t, 'vulnerability.reported', {
      repository: first?.repository ?? '',
      digest: histories[0]?.at(-1)?.digest ?? digestOf('none'),
      vulnerability: 'GHSA-aaaa-bbbb-cccc',
      severity: 'critical',
      packages: ['pkg:pypi/router@1.83.0'],
    });
    products.forEach((product, n) => {
      const target = histories[n]?.at(-3);
      if (target === undefined) return;
      const when = t + (40 + n * 15) * MINUTE;
      for (const [turn, tag] of ['latest', 'stable'].entries()) {
        tellMove(chronicle, product, when + turn * 9000, tag, target.digest, owner);
      }
      product.dependencies = [...product.dependencies.slice(0, -1), old];
      const image = tellBuild(chronicle, product, when + 2 * HOUR);
      tellPush(chronicle, product, when + 2 * HOUR + MINUTE, image, [
        `1.99.${n}`,
        'latest',
        'stable',
      ]);
      tellAttestation(chronicle, product, when + 2 * HOUR + 2 * MINUTE, image);
    });
    return { tale, from: reported, expected: [], pages: false };
  },
};
