import { actorOf, clientOf, createPerson } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, elsewhere, ordinaryWeeks, tellTokenUse } from './tale.ts';

/** An engineer's session, second factor included, is used elsewhere, mints a wide token, and reads everything by night. */
export const s16: Scenario = {
  id: 'S16',
  title: 'a valid session from a new place reads everything before the holidays',
  tell: (telling) => {
    const tale = begin('S16', telling);
    const { chronicle, owner } = tale;
    const names = Array.from({ length: telling.either(40, 26) }, (_name, n) => `vault-${n}`);
    const products = names.map((name) => tale.product(name, { attested: false, sboms: false }));
    const [main] = products;
    if (main === undefined) throw new Error('no product');
    ordinaryWeeks(tale, main);
    const engineer = createPerson(`${telling.project}-engineer`);
    products.forEach((product, n) => {
      chronicle.tell(telling.start + n * HOUR + 9 * HOUR, 'artifact.pushed', {
        repository: product.repository,
        digest: product.base.digest,
        tags: ['1.0.0'],
        actor: actorOf(main.robot),
        client: clientOf(main.robot),
      });
    });
    for (let day = 0; day < telling.days; day += 1) {
      if (day % 7 > 4) continue;
      const when = telling.start + day * DAY + 9 * HOUR;
      tellTokenUse(tale, engineer, main, when, 'session-7');
      for (const product of products.slice(0, 3)) {
        chronicle.tell(when + 20 * MINUTE, 'artifact.pulled', {
          repository: product.repository,
          tag: '1.0.0',
          digest: product.base.digest,
          bytes: 40_000_000,
          actor: actorOf(engineer),
          client: clientOf(engineer),
        });
      }
      if (day % 30 !== 1) continue;
      chronicle.tell(when + HOUR, 'token.created', {
        repository: main.repository,
        actor: actorOf(engineer),
        client: clientOf(engineer),
        tokenId: `work-${day}`,
        scopes: ['repository:read'],
      });
    }
    const thief = elsewhere(engineer, tale);
    const t = tale.t0 + 3 * DAY + telling.either(3, 1) * HOUR;
    const used = tellTokenUse(tale, thief, main, t, 'session-7');
    const minted = chronicle.tell(t + DAY, 'token.created', {
      repository: main.repository,
      actor: actorOf(engineer),
      client: clientOf(thief),
      tokenId: 'production-1',
      scopes: ['repository:read', 'repository:write', 'admin:secrets', 'production'],
    });
    const reads: SourceEvent[] = products.map((product, n) =>
      chronicle.tell(t + 3 * DAY + n * telling.either(15_000, 40_000), 'artifact.pulled', {
        repository: product.repository,
        tag: '1.0.0',
        digest: product.base.digest,
        bytes: 40_000_000,
        actor: actorOf(engineer),
        client: { ...clientOf(thief), tokenId: 'production-1' },
      }),
    );
    const rotation = products.flatMap((product, n) => {
      const by = { actor: actorOf(owner), client: clientOf(owner), repository: product.repository };
      const when = t + 12 * DAY + 8 * HOUR + n * 45_000;
      return [
        chronicle.tell(when, 'token.revoked', { ...by, tokenId: `customer-${n}` }),
        chronicle.tell(when + 9000, 'token.created', {
          ...by,
          tokenId: `customer-${n}-new`,
          scopes: ['repository:read'],
        }),
      ];
    });
    const cure = new Set(rotation);
    const [firstRead = used] = reads;
    return {
      tale,
      from: used,
      expected: [
        { detector: 'D15', at: used },
        { detector: 'D16', at: minted },
        { detector: 'D13', at: reads[19] ?? firstRead },
        { detector: 'D12', at: reads[19] ?? firstRead },
      ],
      pages: true,
      waves: 3,
      mustNotFlag: ({ about }) => cure.has(about),
    };
  },
};
