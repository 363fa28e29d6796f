import {
  declaredBy,
  tellAttestation,
  tellBuild,
  tellPush,
  tellRelease,
} from '../../bench/traffic/pipeline.ts';
import { actorOf, commitOf, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Expected, Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, tellPackage } from './tale.ts';

/** A library is uploaded past its pipeline after a scan step with a tainted scanner; nightly images resolve it unpinned. */
export const s05: Scenario = {
  id: 'S05',
  title: 'a library uploaded past its pipeline, resolved by nightly images',
  tell: (telling) => {
    const tale = begin('S05', telling);
    const { chronicle, t0, owner } = tale;
    const { project } = telling;
    const proxy = tale.product('proxy');
    const library = tale.product('gateway');
    const pinned = tale.product('official');
    const watched = telling.either(false, true);
    const name = 'pkg:pypi/gateway-client';
    const before = { name, version: '1.82.6', digest: digestOf('gateway 1.82.6') };
    proxy.dependencies.push(before);
    proxy.unpinned = true;
    pinned.dependencies.push(before);
    const scanner = { name: 'oci:scanner', version: 'latest', digest: digestOf('scanner good') };
    library.dependencies.push(scanner);
    ordinaryWeeks(tale, proxy, { floating: ['nightly'] });
    ordinaryWeeks(tale, pinned);
    ordinaryWeeks(tale, library);
    if (watched)
      for (let n = 0; n < 20; n += 1)
        tellPackage(
          tale,
          library,
          telling.start + (n * 4 * DAY + 10 * HOUR),
          `pkg:pypi/gateway-client@1.80.${n}`,
        );
    const tainted = { ...scanner, digest: digestOf('scanner bad') };
    chronicle.tell(t0 - 13 * HOUR, 'digest.tainted', {
      project,
      digest: tainted.digest,
      reason: 'Malicious release of the scanner',
      actor: actorOf(owner),
    });
    const scan = tellBuild(chronicle, library, t0 + 10 * HOUR, {
      dependencies: { resolved: [...library.dependencies.slice(0, -1), tainted] },
    });

    const t = t0 + 5 * DAY + 10 * HOUR + 39 * MINUTE;
    const published = watched
      ? tellPackage(tale, library, t, `${name}@1.82.8`, {
          attested: false,
          build: false,
          tokenId: 'upload-token',
        })
      : undefined;
    const bad = { name, version: '1.82.8', digest: digestOf('gateway 1.82.8') };
    const build = tellBuild(chronicle, proxy, t + 30 * MINUTE, {
      commit: proxy.commit,
      dependencies: {
        declared: declaredBy(proxy),
        resolved: [...proxy.dependencies.slice(0, -1), bad],
      },
    });
    tellPush(chronicle, proxy, t + 45 * MINUTE, build, ['nightly']);
    tellAttestation(chronicle, proxy, t + 46 * MINUTE, build);
    const clean = tellRelease(chronicle, pinned, t + 2 * HOUR, ['7.1.0', 'latest']);
    const verdict = chronicle.tell(t + 5 * HOUR, 'digest.tainted', {
      project,
      digest: bad.digest,
      reason: 'Steals credentials at start',
      advisory: 'PYSEC-2026-2',
      actor: actorOf(owner),
    });
    library.builder = 'https://forge.example/runners/isolated';
    library.workflow = { path: '.ci/publish-v2.yml', digest: commitOf('publish v2') };
    const renewed = tellBuild(chronicle, library, t + 6 * DAY);
    const expected: Expected[] = [
      { detector: 'D26', at: scan.event },
      { detector: 'D08', at: build.event },
    ];
    if (published !== undefined)
      expected.push({ detector: 'D03', at: published }, { detector: 'D04', at: published });
    const official = new Set(
      tale.events().filter(({ data }) => JSON.stringify(data).includes(clean.digest)),
    );
    return {
      tale,
      from: scan.started,
      expected,
      pages: true,
      // The scan, the verdict days later, and between them the upload where somebody watches the index.
      waves: watched ? 3 : 2,
      mustNotFlag: ({ event, about, disposition, detector, evidence }) =>
        official.has(about) ||
        (disposition === 'page' && (event === renewed.event || event === renewed.started)) ||
        (event === verdict && detector === 'D26' && evidence.some((one) => official.has(one))),
    };
  },
};
