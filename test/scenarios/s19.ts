import {
  tellAttestation,
  tellBuild,
  tellInspection,
  tellMove,
  tellPush,
} from '../../bench/traffic/pipeline.ts';
import { actorOf, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Expected, Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, tellPackage } from './tale.ts';

/** A new maintainer’s archive is not its git tag; base images take the library in, and a month later everything goes back. */
export const s19: Scenario = {
  id: 'S19',
  title: 'an archive that is not its tag ends up in base images',
  tell: (telling) => {
    const tale = begin('S19', telling);
    const { chronicle, t0, owner } = tale;
    const { project } = telling;
    const library = tale.product('press', { inspected: false, sboms: false });
    const base = tale.product('base');
    const watched = telling.either(true, false);
    base.packages.base.push('pkg:deb/debian/libpress@5.4.5-1');
    const bases = ordinaryWeeks(tale, base, { floating: ['testing'] });
    const before = bases.at(-1);
    for (let n = 0; n < 14; n += 1) {
      const when = telling.start + n * 5 * DAY + 12 * HOUR;
      const purl = `pkg:generic/press@5.4.${n}`;
      if (watched) tellPackage(tale, library, when, purl);
      chronicle.tell(when + 6 * HOUR, 'rebuild.compared', {
        repository: `${project}/press`,
        digest: digestOf(purl),
        commit: library.commit,
        matches: true,
      });
    }
    const t = t0 + telling.either(1, 3) * DAY + 10 * HOUR;
    const purl = 'pkg:generic/press@5.6.0';
    const published = watched
      ? tellPackage(tale, library, t, purl, { publisher: `${project}-jun`, tokenId: 'jun-1' })
      : undefined;
    const compared = chronicle.tell(t + 5 * DAY, 'rebuild.compared', {
      repository: `${project}/press`,
      digest: digestOf(purl),
      commit: library.commit,
      matches: false,
      differences: ['m4/build-to-host.m4'],
    });
    // The base image of the same commit and the same inputs, with another library in it.
    const taken = tellBuild(chronicle, base, t + 6 * DAY, {
      commit: before?.commit ?? base.commit,
      trigger: 'schedule',
    });
    tellPush(chronicle, base, t + 6 * DAY + MINUTE, taken, ['1.90.0', 'testing']);
    tellAttestation(chronicle, base, t + 6 * DAY + 2 * MINUTE, taken);
    base.packages.base = base.packages.base.map((item) =>
      item.includes('libpress') ? 'pkg:deb/debian/libpress@5.6.0-1' : item,
    );
    const inspected = tellInspection(chronicle, base, t + 6 * DAY + 3 * MINUTE, {
      ...taken,
      commit: before?.commit ?? base.commit,
    });
    const children = ['editor', 'shell', 'daemon'].map((name) => {
      const child = tale.product(name, { attested: false, sboms: false });
      child.base = { name: `${project}/base:testing`, digest: taken.digest };
      const image = tellBuild(chronicle, child, t + 8 * DAY);
      tellPush(chronicle, child, t + 8 * DAY + MINUTE, image, ['1.0.0', 'latest']);
      return child;
    });
    const tainted = chronicle.tell(t + 34 * DAY, 'digest.tainted', {
      project,
      digest: taken.digest,
      reason: 'The library opens a door in the secure shell',
      actor: actorOf(owner),
    });
    const back = tellMove(
      chronicle,
      base,
      t + 34 * DAY + 4 * HOUR,
      'testing',
      before?.digest ?? '',
      owner,
    );
    base.packages.base = base.packages.base.map((item) =>
      item.includes('libpress') ? 'pkg:deb/debian/libpress@5.6.1+really5.4.5-1' : item,
    );
    const told = new Set(tale.events());
    children.forEach((child, n) => {
      child.base = { name: `${project}/base:testing`, digest: before?.digest ?? '' };
      const when = t + 35 * DAY + n * 9 * MINUTE;
      const image = tellBuild(chronicle, child, when, { trigger: 'base-image' });
      tellPush(chronicle, child, when + MINUTE, image, ['latest'], child.robot);
    });
    const cure = new Set([back, ...tale.events().filter((event) => !told.has(event))]);
    const expected: Expected[] = [
      { detector: 'D21', at: compared },
      { detector: 'D09', at: inspected },
      { detector: 'D26', at: tainted },
      { detector: 'D20', at: back },
    ];
    if (published !== undefined) expected.push({ detector: 'D11', at: published });
    return {
      tale,
      from: published ?? compared,
      expected,
      pages: true,
      waves: 3,
      mustNotFlag: ({ about }) => cure.has(about),
    };
  },
};
