import {
  strangeImage,
  tellAttestation,
  tellBuild,
  tellInspection,
  tellPush,
  tellRelease,
  tellRun,
} from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A maintainer builds on a laptop; compiled files of the working tree, with a token, are in a layer. Months later the tags go. */
export const s17: Scenario = {
  id: 'S17',
  title: 'a token in a compiled file of an image built on a laptop',
  tell: (telling) => {
    const tale = begin('S17', telling);
    const { chronicle, t0, owner } = tale;
    const product = tale.product('cabin');
    ordinaryWeeks(tale, product);
    const admin = owner;
    chronicle.tell(t0 - 7 * DAY, 'token.created', {
      actor: actorOf(admin),
      client: clientOf(admin),
      repository: product.repository,
      tokenId: 'all-organisations',
      scopes: ['repository:read'],
    });
    // Main is built first, so that the laptop's image of the same commit has something to differ from.
    tellRelease(chronicle, product, t0 + 9 * HOUR, ['edge']);
    const t = t0 + telling.either(15, 13) * HOUR;
    const leaks = ['3.0.0b35', '3.0.0b110'].map((version, n) => {
      const at = t + n * 30 * DAY;
      const image = { ...strangeImage(product), commit: product.commit };
      const pushed = tellPush(chronicle, product, at, image, [version, 'latest'], admin, {
        labels: {
          'org.opencontainers.image.source': product.git,
          'org.opencontainers.image.revision': product.commit,
        },
      });
      const inspected = tellInspection(chronicle, product, at + 3 * MINUTE, image, {
        secrets: [
          { kind: 'access token', where: 'layer 3, app/__pycache__/build.cpython-311.pyc' },
        ],
        diffIds: [...product.layers.base, ...product.layers.app, image.digest],
      });
      if (n === 0) tellRun(chronicle, product, at + 2 * DAY, image.digest);
      tellRelease(chronicle, product, at + 5 * DAY, [`3.0.0b${36 + n * 80}`, 'latest']);
      return { image, pushed, inspected, version };
    });
    const runner = { ...product.workflow };
    product.workflow = { ...runner, path: '.ci/image.yml' };
    const moved = tellBuild(chronicle, product, t + 50 * DAY);
    const tidied = tellPush(chronicle, product, t + 50 * DAY + MINUTE, moved, ['3.1.0', 'latest']);
    tellAttestation(chronicle, product, t + 50 * DAY + 2 * MINUTE, moved);
    const [first] = leaks;
    if (first === undefined) throw new Error('no leak');
    const deleted = leaks.map(({ image, version }, n) =>
      chronicle.tell(t + 60 * DAY + n * 40_000, 'tag.deleted', {
        repository: product.repository,
        tag: version,
        digest: image.digest,
        actor: actorOf(admin),
        client: clientOf(admin),
      }),
    );
    chronicle.tell(t + 67 * DAY, 'token.revoked', {
      actor: actorOf(admin),
      client: clientOf(admin),
      repository: product.repository,
      tokenId: 'all-organisations',
    });
    const [removed = first.pushed] = deleted;
    return {
      tale,
      from: first.pushed,
      expected: [
        { detector: 'D03', at: first.pushed },
        { detector: 'D17', at: first.inspected },
        { detector: 'D09', at: first.inspected },
        { detector: 'D24', at: removed },
      ],
      pages: true,
      waves: 3,
      mustNotFlag: ({ about, disposition }) =>
        disposition === 'page' &&
        (about === moved.event || about === moved.started || about === tidied),
    };
  },
};
