import { declaredBy, tellBuild } from '../../bench/traffic/pipeline.ts';
import { actorOf, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import { at, type Expected, type Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, tellPackage } from './tale.ts';

/** At night two lines of a popular library gain a day-old dependency; whoever resolves a range gets it. */
export const s06: Scenario = {
  id: 'S06',
  title: 'two release lines gain a dependency made for the attack',
  tell: (telling) => {
    const tale = begin('S06', telling);
    const { chronicle, owner } = tale;
    const app = tale.product('portal');
    const library = tale.product('fetcher', { inspected: false });
    const locked = tale.product('reports');
    const watched = telling.either(false, true);
    const name = 'pkg:npm/fetcher';
    const good = { name, version: '1.14.0', digest: digestOf('fetcher 1.14.0') };
    app.unpinned = true;
    for (const product of [app, locked]) {
      product.dependencies.push(good);
      ordinaryWeeks(tale, product);
    }
    if (watched) {
      for (let n = 0; n < 14; n += 1) {
        tellPackage(tale, library, telling.start + n * 6 * DAY + 14 * HOUR, `${name}@1.${n}.0`);
      }
    }
    const t = tale.t0 + DAY + telling.either(22, 58) * MINUTE;
    const pinned = tellBuild(chronicle, locked, t - 10 * MINUTE);
    const published = ['1.14.1', '0.30.4'].map((version, n) =>
      watched
        ? tellPackage(tale, library, t + n * 39 * MINUTE, `${name}@${version}`, {
            build: false,
            attested: false,
            address: '45.61.3.8',
            tokenId: 'cli-session',
          })
        : undefined,
    );
    const bad = { name, version: '1.14.1', digest: digestOf('fetcher 1.14.1') };
    const decoy = { name: 'pkg:npm/simple-cipher-js', version: '4.2.1', digest: digestOf('decoy') };
    const build = tellBuild(chronicle, app, t + 10 * MINUTE, {
      trigger: 'schedule',
      commit: app.commit,
      dependencies: {
        declared: declaredBy(app),
        resolved: [...app.dependencies.slice(0, -1), bad, decoy],
      },
    });
    const still = tellBuild(chronicle, locked, t + 8 * HOUR);
    const tainted = chronicle.tell(t + 10 * HOUR, 'digest.tainted', {
      project: telling.project,
      digest: bad.digest,
      reason: 'Installs a remote control',
      actor: actorOf(owner),
    });
    tellBuild(chronicle, app, t + 11 * HOUR);
    const [first] = published;
    const upload: Expected[] =
      first === undefined ? [] : ['D04', 'D11', 'D12'].map((detector) => ({ detector, at: first }));
    const quiet = at(pinned.event, still.event);
    return {
      tale,
      from: first ?? build.started,
      expected: [...upload, { detector: 'D08', at: build.event }, { detector: 'D26', at: tainted }],
      pages: true,
      // The upload, where somebody watches the index, and the last word on it.
      waves: watched ? 2 : 1,
      mustNotFlag: (heard) =>
        quiet(heard) || (heard.detector === 'D26' && heard.evidence.includes(still.event)),
    };
  },
};
