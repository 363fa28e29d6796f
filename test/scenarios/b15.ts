import { tellBuild, tellCommit, tellPush } from '../../bench/traffic/pipeline.ts';
import { actorOf, commitOf, type Product } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, type Tale } from './tale.ts';

/** Every release is a commit on a branch that lives for minutes: built files on top of main, tagged, branch removed. */
export const b15: Scenario = {
  id: 'B15',
  title: 'release commits on no branch, as always',
  tell: (telling) => {
    const tale = begin('B15', telling);
    const product = tale.product('action', { attested: false, sboms: false });
    ordinaryWeeks(tale, product, {
      release: (when, version) => releaseFromNowhere(tale, product, when, version).image,
    });
    const { ref } = releaseFromNowhere(tale, product, tale.t0 + DAY + 11 * HOUR, '2.0.0');
    return { tale, from: ref, expected: [], pages: false };
  },
};

function releaseFromNowhere(tale: Tale, product: Product, when: number, version: string) {
  const { chronicle, owner } = tale;
  tellCommit(chronicle, product, when - HOUR);
  const commit = commitOf(`${product.commit} dist`);
  const ref = (after: number, name: string, was: string | null, is: string | null): SourceEvent =>
    chronicle.tell(when + after, 'source.ref-updated', {
      sourceRepository: product.git,
      ref: name,
      before: was,
      after: is,
      pusher: actorOf(owner),
      ...(is === null
        ? {}
        : {
            author: actorOf(owner),
            committer: actorOf(owner),
            authoredAt: new Date(when - MINUTE).toISOString(),
            reachableFrom: name.includes('heads') ? [`release-${version}`] : [],
            paths: ['dist/index.js'],
          }),
    });
  ref(-4 * MINUTE, `refs/heads/release-${version}`, null, commit);
  const tagged = ref(-3 * MINUTE, `refs/tags/${version}`, null, commit);
  ref(-2 * MINUTE, `refs/heads/release-${version}`, commit, null);
  const image = tellBuild(chronicle, product, when + 8 * MINUTE, {
    commit,
    ref: `refs/tags/${version}`,
    actor: actorOf(owner),
  });
  tellPush(chronicle, product, when + 9 * MINUTE, image, [version, 'latest']);
  return { image, ref: tagged };
}
