import { tellBuild, tellCommit, tellInspection, tellPush } from '../../bench/traffic/pipeline.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** The usual builder makes an image of the next commit, and it runs as root from a shell: its source may say so. */
export const ownRunsAsRoot: Scenario = {
  id: 'O-runs-as-root',
  title: 'an image that has always run as a user without powers runs as root',
  tell: (telling) => {
    const tale = begin('O-runs-as-root', telling);
    const { chronicle } = tale;
    const product = tale.product('minimal');
    ordinaryWeeks(tale, product);
    const t = tale.t0 + DAY + 11 * HOUR;
    const from = tellCommit(chronicle, product, t - HOUR);
    const image = tellBuild(chronicle, product, t);
    tellPush(chronicle, product, t + MINUTE, image, ['8.0.0', 'latest']);
    const inspected = tellInspection(chronicle, product, t + 3 * MINUTE, image, {
      user: telling.either('root', ''),
      entrypoint: ['/bin/sh', '-c'],
    });
    return { tale, from, expected: [{ detector: 'D09', at: inspected }], pages: false };
  },
};
