import { tellBuild } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, tellPackage } from './tale.ts';

/** A publish token of years ago, never rotated, publishes two versions of every package before dawn. */
export const s11: Scenario = {
  id: 'S11',
  title: 'every package published before dawn with a forgotten token',
  tell: (telling) => {
    const tale = begin('S11', telling);
    const { chronicle, owner } = tale;
    const library = tale.product('schema', { inspected: false });
    const names = ['parser', 'cli', 'diff', 'react', 'studio'].map(
      (name) => `pkg:npm/${telling.project}-${name}`,
    );
    chronicle.tell(telling.start - 900 * DAY, 'token.created', {
      actor: actorOf(owner),
      client: clientOf(owner),
      system: 'npm.example',
      repository: library.repository,
      tokenId: 'publish-2023',
      scopes: ['publish'],
    });
    tellPackage(tale, library, telling.start - 900 * DAY + HOUR, `${names[0]}@0.9.0`, {
      attested: false,
      tokenId: 'publish-2023',
    });
    ordinaryWeeks(tale, library);
    for (let n = 0; n < 12; n += 1) {
      names.forEach((name, turn) => {
        const when = telling.start + (n * 5 + turn) * DAY + (9 + turn) * HOUR;
        tellPackage(tale, library, when, `${name}@2.${n}.0`, { tokenId: 'oidc' });
      });
    }
    const app = tale.product('docs');
    const direct = { name: names[0] ?? '', version: '2.11.0', digest: digestOf('parser 2.11.0') };
    app.dependencies.push(direct);
    ordinaryWeeks(tale, app);

    const t = tale.t0 + telling.either(3, 2) * HOUR + 58 * MINUTE;
    const published = names.flatMap((name, n) =>
      ['2.11.1', '2.11.2'].map((version, turn) =>
        tellPackage(tale, library, t + n * 20_000 + turn * 8000, `${name}@${version}`, {
          build: false,
          attested: false,
          tokenId: 'publish-2023',
          address: '45.14.71.3',
          installScript: true,
        }),
      ),
    );
    const [first] = published;
    if (first === undefined) throw new Error('nothing published');
    const bad = { name: direct.name, version: '2.11.2', digest: digestOf('parser 2.11.2') };
    tellBuild(chronicle, app, t + 3 * MINUTE, {
      dependencies: { resolved: [...app.dependencies.slice(0, -1), bad] },
    });
    const response = names.flatMap((name, n) =>
      ['2.11.1', '2.11.2'].map((version) =>
        chronicle.tell(t + 7 * HOUR + n * 5000, 'package.removed', {
          purl: `${name}@${version}`,
          registry: 'npm.example',
          publisher: { name: 'registry-operations' },
        }),
      ),
    );
    const revoked = chronicle.tell(t + 6.7 * HOUR, 'token.revoked', {
      actor: actorOf(owner),
      client: clientOf(owner),
      system: 'npm.example',
      repository: library.repository,
      tokenId: 'publish-2023',
    });
    return {
      tale,
      from: first,
      expected: ['D03', 'D04', 'D12', 'D28'].map((detector) => ({ detector, at: first })),
      pages: true,
      mustNotFlag: at(revoked, ...response),
    };
  },
};
