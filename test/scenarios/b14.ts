import { tellAttestation, tellBuild, tellPush, tellRelease } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** Deliveries come again for a day, and out of order: a finish before its start, a removal before its push. */
export const b14: Scenario = {
  id: 'B14',
  title: 'webhooks delivered again and out of order',
  tell: (telling) => {
    const tale = begin('B14', telling);
    const { chronicle, t0, owner } = tale;
    const product = tale.product('relay');
    ordinaryWeeks(tale, product);
    const before = new Set(tale.events());
    const t = t0 + 10 * HOUR;
    tellRelease(chronicle, product, t, ['1.99.0', 'latest']);
    const fresh = tale.events().filter((event) => !before.has(event));
    fresh.forEach((event, n) => {
      for (let turn = 1; turn <= telling.either(3, 8); turn += 1) {
        chronicle.repeat(t + turn * turn * 20 * MINUTE + n * 7000, event);
      }
    });
    // The run that finished is said before the run that began.
    const second = t + DAY;
    const build = tellBuild(chronicle, product, second);
    chronicle.tell(
      second + MINUTE,
      'build.started',
      {
        runId: build.runId,
        builderId: product.builder,
        sourceRepository: product.git,
        commit: build.commit,
      },
      { time: second - 6 * MINUTE },
    );
    tellPush(chronicle, product, second + 2 * MINUTE, build, ['1.99.1', 'latest']);
    tellAttestation(chronicle, product, second + 3 * MINUTE, build);
    // A short-lived tag: its removal overtakes its push.
    const preview = tellBuild(chronicle, product, second + 3 * HOUR);
    chronicle.tell(
      second + 3 * HOUR + MINUTE,
      'tag.deleted',
      {
        repository: product.repository,
        tag: 'preview-12',
        digest: preview.digest,
        actor: actorOf(owner),
        client: clientOf(owner),
      },
      { time: second + 3 * HOUR + MINUTE },
    );
    chronicle.tell(
      second + 3 * HOUR + 2 * MINUTE,
      'artifact.pushed',
      {
        repository: product.repository,
        digest: preview.digest,
        tags: ['preview-12'],
        actor: actorOf(product.robot),
        client: clientOf(product.robot),
      },
      { time: second + 3 * HOUR + 30_000 },
    );
    const [from] = fresh;
    if (from === undefined) throw new Error('no release');
    return { tale, from, expected: [], pages: false };
  },
};
