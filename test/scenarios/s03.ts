import { buildData, startOf, tellRelease } from '../../bench/traffic/pipeline.ts';
import { actorOf, clientOf, createPerson, digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, elsewhere, ordinaryWeeks, tellTokenUse } from './tale.ts';

/** A bot's old token, taken through a privileged run of a stranger's change, hides a repository and deletes its releases. */
export const s03: Scenario = {
  id: 'S03',
  title: 'releases destroyed with the token of a forgotten bot',
  tell: (telling) => {
    const tale = begin('S03', telling);
    const { chronicle, owner, t0 } = tale;
    const product = tale.product('probe');
    const bot = createPerson(`${telling.project}-helper`);
    for (let day = 0; day < 12; day += 3) {
      tellTokenUse(tale, bot, product, telling.start + (day - 90) * DAY + 9 * HOUR, 'helper-pat');
    }
    const releases = ordinaryWeeks(tale, product, { cited: true });

    const run = startOf(buildData(product, t0));
    const privileged = chronicle.tell(t0 - 10 * HOUR, 'build.started', {
      ...run,
      trigger: 'pull_request_target',
      ref: 'refs/pull/311/merge',
      actor: { name: 'first-timer-77' },
      workflow: { path: '.ci/check-docs.yml', digest: digestOf('check docs') },
    });
    const thief = { ...elsewhere(bot, tale) };
    const by = { actor: actorOf(bot), client: { ...clientOf(thief), tokenId: 'helper-pat' } };
    const hidden = chronicle.tell(t0, 'repository.visibility-changed', {
      repository: product.repository,
      from: 'public',
      to: 'private',
      ...by,
    });
    const gone = releases.slice(0, -1).map((release, n) =>
      chronicle.tell(t0 + 2 * MINUTE + n * telling.either(1000, 4000), 'artifact.deleted', {
        repository: product.repository,
        digest: release.digest,
        tags: [release.version],
        ...by,
      }),
    );
    const cited = gone.find((_event, n) => n % 3 === 2);
    product.workflow = { ...product.workflow, digest: digestOf('patched workflow') };
    const before = new Set(tale.events());
    tellRelease(chronicle, product, t0 + 8 * HOUR, ['8.0.2', 'latest']);
    const rescue = tale.events().filter((event) => !before.has(event));
    chronicle.tell(t0 + 9 * HOUR, 'token.revoked', {
      actor: actorOf(owner),
      client: clientOf(owner),
      repository: product.repository,
      tokenId: 'helper-pat',
    });
    return {
      tale,
      from: privileged,
      expected: [
        { detector: 'D16', at: hidden },
        { detector: 'D28', at: hidden },
        { detector: 'D14', at: gone[7] ?? hidden },
        { detector: 'D24', at: cited ?? hidden },
      ],
      pages: true,
      mustNotFlag: at(...rescue),
    };
  },
};
