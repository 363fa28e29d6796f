import { tellMove } from '../../bench/traffic/pipeline.ts';
import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** The tag that is deployed goes to a release of weeks ago, further back than its own last moves. */
export const ownElderContent: Scenario = {
  id: 'O-elder-content',
  title: 'the deployed tag goes to one of the first releases',
  tell: (telling) => {
    const tale = begin('O-elder-content', telling);
    const product = tale.product('gate');
    const releases = ordinaryWeeks(tale, product, { floating: ['prod'] });
    const old = releases[2]?.digest ?? '';
    const t = tale.t0 + telling.either(3, 11) * HOUR;
    const from = tellMove(tale.chronicle, product, t + DAY, 'prod', old);
    return { tale, from, expected: [{ detector: 'D20', at: from }], pages: false };
  },
};
