import { tellRelease } from '../../bench/traffic/pipeline.ts';
import { digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** Nobody announced it: another provider builds what came by the usual branch. Work for somebody. */
export const ownAnotherCi: Scenario = {
  id: 'O-another-ci',
  title: 'a project moves to another CI without a word',
  tell: (telling) => {
    const tale = begin('O-another-ci', telling);
    const products = ['gauge', 'model'].map((name) => tale.product(name));
    for (const product of products) ordinaryWeeks(tale, product);
    const told = tale.events().length;
    for (const product of products) {
      product.builder = 'https://other-forge.example/hosted';
      product.workflow = { path: '.other/release.yaml', digest: digestOf('other workflow') };
      product.signer = {
        identity: `${product.git}/.other/release.yaml@refs/heads/main`,
        issuer: 'https://token.other-forge.example',
        keyId: 'key-other',
      };
      product.robot = { ...product.robot, address: '203.0.113.77', userAgent: 'buildkit/0.17' };
    }
    products.forEach((product, n) => {
      for (let turn = 0; turn < 4; turn += 1) {
        const at = tale.t0 + (turn * 2 + n) * DAY + 10 * HOUR;
        tellRelease(tale.chronicle, product, at, [`8.${turn}.0`, 'latest']);
      }
    });
    const from = tale.events()[told];
    if (from === undefined) throw new Error('no release');
    return {
      tale,
      from,
      expected: [],
      // All of it together is what a takeover looks like too; no sign wakes anybody alone.
      mustNotFlag: ({ rule, disposition }) =>
        disposition === 'page' && rule !== 'correlated-incident',
    };
  },
};
