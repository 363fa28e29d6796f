import { tellBuild, tellPush, tellRun } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf, createPerson, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A weekly clean-up of untagged manifests, long approved, takes the parts of tagged indexes with it. */
export const s22: Scenario = {
  id: 'S22',
  title: 'the clean-up job takes the parts of tagged indexes',
  tell: (telling) => {
    const tale = begin('S22', telling);
    const { chronicle } = tale;
    const product = tale.product('kit', { attested: false, sboms: false });
    const cleaner = {
      ...createPerson(`${telling.project}-cleaner`),
      userAgent: 'clean-packages/5',
    };
    const architectures = ['amd64', 'arm64', 'riscv64'];
    const partsOf = (version: string): readonly string[] =>
      architectures.map((name) => digestOf(`${telling.project} ${version} ${name}`));
    const remove = (when: number, digest: string): SourceEvent =>
      chronicle.tell(when, 'artifact.deleted', {
        repository: product.repository,
        digest,
        reason: 'untagged for more than 7 days',
        actor: actorOf(cleaner),
        client: clientOf(cleaner),
      });
    const releases = ordinaryWeeks(tale, product, {
      release: (when, version) => {
        const parts = partsOf(version);
        const image = tellBuild(chronicle, product, when);
        parts.forEach((digest, n) => {
          const part = { ...image, digest };
          tellPush(chronicle, product, when + n * 5000, part, [], product.robot, {
            platform: { os: 'linux', architecture: architectures[n] ?? 'amd64' },
          });
        });
        tellPush(chronicle, product, when + MINUTE, image, [version, 'latest'], product.robot, {
          mediaType: 'application/vnd.oci.image.index.v1+json',
          children: parts.map((digest) => ({ digest })),
        });
        return image;
      },
    });
    releases.forEach((release, n) => {
      if (n % 2 === 0) tellRun(chronicle, product, release.at + 30 * HOUR, release.digest);
    });
    // Every week some builds of branches, which nothing needs.
    for (let week = 2; week < telling.days / 7; week += 1) {
      for (let n = 0; n < 12; n += 1) {
        const when = telling.start + (week * 7 - 6) * DAY + 2 * HOUR + n * 3000;
        const digest = digestOf(`${telling.project} branch ${week} ${n}`);
        const image = { digest, runId: 'none', commit: '' };
        tellPush(chronicle, product, when - 5 * DAY, image, []);
        remove(when, digest);
      }
    }
    const t = tale.t0 + DAY + 2 * HOUR;
    const victims = releases.slice(0, telling.either(20, 12));
    const gone = victims.flatMap((release, n) =>
      partsOf(release.version).map((digest, turn) => remove(t + n * 2000 + turn * 500, digest)),
    );
    chronicle.tell(t + 4 * HOUR, 'workflow-run.finished', {
      runId: 'wf-broken',
      workflow: `${telling.project}-analysis`,
      outcome: 'failure',
      steps: [
        { name: 'pull', repository: product.repository, tag: victims[0]?.version ?? '1.0.0' },
      ],
    });
    for (const [n, release] of victims.slice(0, 4).entries()) {
      const parts = partsOf(release.version).slice(0, 1);
      parts.forEach((digest) => {
        tellPush(chronicle, product, t + 12 * HOUR + n * MINUTE, { ...release, digest }, []);
      });
    }
    const [first] = gone;
    if (first === undefined) throw new Error('nothing removed');
    return {
      tale,
      from: first,
      expected: [{ detector: 'D24', at: first }],
      mustNotFlag: ({ about }) => !gone.includes(about) && about.type === 'artifact.deleted',
    };
  },
};
