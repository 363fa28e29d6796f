import { strangeImage, tellMove, tellPush } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, elsewhere, ordinaryWeeks, tellLogin } from './tale.ts';

/** With a publisher's password, five tags are overwritten and two invented; the registry then hides everything. */
export const s04: Scenario = {
  id: 'S04',
  title: 'five tags overwritten and two invented with valid credentials',
  tell: (telling) => {
    const tale = begin('S04', telling);
    const { chronicle, owner } = tale;
    const product = tale.product('checker');
    const floating = ['latest', 'slim', 'debian'];
    const releases = ordinaryWeeks(tale, product, { prefix: telling.either('v', ''), floating });
    releases.forEach((release, n) => {
      if (n % 5 === 0) {
        tellMove(chronicle, product, release.at + 4 * HOUR, 'tested', release.digest, owner);
      }
    });
    const last = releases.at(-1);
    if (last === undefined) throw new Error('no release');
    const t = tale.t0 + 2 * DAY + telling.either(12, 21) * HOUR + 35 * MINUTE;
    const thief = elsewhere(product.robot, tale);
    const login = tellLogin(tale, thief, product, t);
    const one = strangeImage(product);
    const other = strangeImage(product);
    const moves = [last.version, releases.at(-2)?.version ?? '', ...floating].map((tag, n) => {
      const image = n % 2 === 0 ? one : other;
      const when = t + MINUTE + n * telling.either(25_000, 6000);
      return telling.either(
        () => tellMove(chronicle, product, when, tag, image.digest, thief),
        () => tellPush(chronicle, product, when, image, [tag], thief),
      )();
    });
    const invented = ['', '-debian'].map((suffix, n) =>
      tellPush(
        chronicle,
        product,
        t + (3 + n) * MINUTE,
        n === 0 ? one : other,
        [`${telling.either('v', '')}6.1.0${suffix}`],
        thief,
        {
          labels: {
            'org.opencontainers.image.source': 'https://forge.example/someone-else/checker',
          },
        },
      ),
    );
    const back = t + 8 * HOUR;
    const gone = chronicle.tell(t + 5 * HOUR, 'repository.deleted', {
      repository: product.repository,
      actor: { name: 'registry-operations' },
    });
    const again = chronicle.tell(back, 'repository.created', {
      repository: product.repository,
      actor: actorOf(owner),
      client: clientOf(owner),
    });
    const restored = releases
      .slice(-6)
      .map((release, n) =>
        tellPush(chronicle, product, back + (n + 1) * MINUTE, release, [release.version], owner),
      );
    restored.push(tellPush(chronicle, product, back + 9 * MINUTE, last, floating, owner));
    const [first = login, , , , fifth = login] = moves;
    return {
      tale,
      from: login,
      expected: [
        { detector: 'D15', at: login },
        { detector: 'D01', at: first },
        { detector: 'D03', at: first },
        { detector: 'D02', at: fifth },
        { detector: 'D10', at: invented[0] ?? login },
      ],
      pages: true,
      mustNotFlag: at(gone, again, ...restored),
    };
  },
};
