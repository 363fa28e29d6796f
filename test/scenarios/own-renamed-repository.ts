import { buildData, startOf, tellCommit, tellPush } from '../../bench/traffic/pipeline.ts';
import type { Product } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks, type Tale } from './tale.ts';

/** Everything is copied to the new name in minutes; from then on releases go there as they went to the old one. */
export const ownRenamedRepository: Scenario = {
  id: 'O-renamed-repository',
  title: 'a repository gets another name, and its old images with it',
  tell: (telling) => {
    const tale = begin('O-renamed-repository', telling);
    const { chronicle, owner } = tale;
    const old = tale.product('arbor', { attested: false, inspected: false });
    ordinaryWeeks(tale, old, {
      release: (at, version) => releaseLate(tale, old, at, [version, 'latest']),
    });
    const renamed: Product = { ...tale.product('treetop'), git: old.git, commit: old.commit };
    const t = tale.t0 + 9 * HOUR;
    const copies = [...old.tags].map(([tag, digest], n) =>
      tellPush(chronicle, renamed, t + n * 8000, { digest, runId: '', commit: '' }, [tag], owner),
    );
    for (let n = 1; n <= 5; n += 1) {
      releaseLate(tale, renamed, t + n * DAY, [`9.${n}.0`, 'latest']);
    }
    const [from] = copies;
    if (from === undefined) throw new Error('nothing was copied');
    return { tale, from, expected: [], pages: false };
  },
};

/** The image is pushed first, and the end of the run says that it made it. */
function releaseLate(tale: Tale, product: Product, at: number, tags: readonly string[]) {
  const { chronicle } = tale;
  tellCommit(chronicle, product, at - HOUR / 2);
  const data = buildData(product, at);
  const image = {
    digest: data.outputs?.[0]?.digest ?? '',
    runId: data.runId,
    commit: product.commit,
  };
  chronicle.tell(at - 6 * MINUTE, 'build.started', startOf(data));
  tellPush(chronicle, product, at - MINUTE, image, tags);
  chronicle.tell(at, 'build.finished', data);
  return image;
}
