import { tellRelease } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, tellTokenUse } from './tale.ts';

/** Keys and identities are renewed: said with the old key's owner, old tokens revoked, every repository at once. */
export const b07: Scenario = {
  id: 'B07',
  title: 'keys, identities and tokens are rotated',
  tell: (telling) => {
    const tale = begin('B07', telling);
    const { chronicle, owner, t0 } = tale;
    const products = ['store', 'queue', 'cache'].map((name) => tale.product(name));
    for (const product of products) ordinaryWeeks(tale, product);
    const t = t0 + 5 * HOUR;
    const by = { actor: actorOf(owner), client: clientOf(owner) };
    const rotated = products.map((product, n) => {
      const keyId = `key-new-${n}`;
      const event = chronicle.tell(t + n * MINUTE, 'key.rotated', {
        ...by,
        repository: product.repository,
        keyId,
        previousKeyId: product.signer.keyId,
      });
      const identity = product.signer.identity.replace('.ci/release.yml', '.ci/release-v2.yml');
      product.signer = telling.either(
        { ...product.signer, keyId },
        { ...product.signer, keyId, identity },
      );
      const when = t + HOUR + n * 5 * MINUTE;
      chronicle.tell(when, 'token.created', {
        ...by,
        repository: product.repository,
        tokenId: `robot-2-${n}`,
        scopes: ['repository:push'],
      });
      chronicle.tell(when + MINUTE, 'token.revoked', {
        ...by,
        repository: product.repository,
        tokenId: 'robot-1',
      });
      return event;
    });
    for (let turn = 0; turn < 4; turn += 1) {
      products.forEach((product, n) => {
        const when = t0 + turn * 2 * DAY + (10 + n) * HOUR;
        tellTokenUse(tale, product.robot, product, when - 8 * MINUTE, `robot-2-${n}`);
        tellRelease(chronicle, product, when, [`3.${turn}.0`, 'latest']);
      });
    }
    const [from] = rotated;
    if (from === undefined) throw new Error('no rotation');
    return { tale, from, expected: [], pages: false };
  },
};
