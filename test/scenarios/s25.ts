import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, elsewhere, ordinaryWeeks, tellLogin, tellPackage } from './tale.ts';

/** A caught login mints a token that publishes within minutes; its version is removed, and it publishes again. */
export const s25: Scenario = {
  id: 'S25',
  title: 'a token minted, used, and used again after the removal',
  tell: (telling) => {
    const tale = begin('S25', telling);
    const { chronicle, owner } = tale;
    const library = tale.product('numerals');
    const purl = `pkg:pypi/${telling.project}-numerals`;
    ordinaryWeeks(tale, library);
    for (let n = 0; n < 13; n += 1) {
      tellPackage(tale, library, telling.start + n * 5 * DAY + 11 * HOUR, `${purl}@0.5.${n}`, {
        publisher: owner.name,
        tokenId: 'pipeline',
      });
    }
    const thief = elsewhere(owner, tale);
    const t = tale.t0 + telling.either(13, 10) * HOUR;
    const login = tellLogin(tale, thief, library, t - 5 * MINUTE);
    const tokenId = telling.either('token-b7', 'fresh-91');
    chronicle.tell(t, 'token.created', {
      actor: actorOf(owner),
      client: clientOf(thief),
      repository: library.repository,
      tokenId,
      scopes: ['upload'],
    });
    const upload = (when: number, version: string) =>
      tellPackage(tale, library, when, `${purl}@${version}`, {
        build: false,
        attested: false,
        publisher: owner.name,
        tokenId,
        address: thief.address,
      });
    const remove = (when: number, version: string) =>
      chronicle.tell(when, 'package.removed', {
        purl: `${purl}@${version}`,
        registry: 'pypi.example',
        publisher: { name: owner.name },
        client: { address: owner.address, tokenId: 'web' },
      });
    const first = upload(t + 3 * MINUTE, '0.5.15');
    const cure = [remove(t + 218 * MINUTE, '0.5.15')];
    upload(t + 225 * MINUTE, '0.5.16');
    cure.push(
      chronicle.tell(t + 234 * MINUTE, 'token.revoked', {
        actor: actorOf(owner),
        client: clientOf(owner),
        repository: library.repository,
        tokenId,
      }),
      remove(t + 240 * MINUTE, '0.5.16'),
    );
    return {
      tale,
      from: login,
      expected: [
        { detector: 'D15', at: login },
        { detector: 'D11', at: first },
      ],
      pages: true,
      mustNotFlag: at(...cure),
    };
  },
};
