import { tellCommit } from '../../bench/traffic/pipeline.ts';
import { actorOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** The server that holds the source writes two commits itself, in the names of people who always push their own. */
export const ownSpoofedPusher: Scenario = {
  id: 'O-spoofed-pusher',
  title: 'commits in the names of maintainers, pushed by the server itself',
  tell: (telling) => {
    const tale = begin('O-spoofed-pusher', telling);
    const { chronicle, owner, second } = tale;
    const product = tale.product('quill', { built: false, attested: false, inspected: false });
    ordinaryWeeks(tale, product);
    for (let day = 1; day < telling.days; day += 1) {
      tellCommit(chronicle, product, telling.start + day * DAY + 13 * HOUR);
    }
    const t = tale.t0 + DAY + telling.either(6, 15) * HOUR;
    const spoofed = [owner, second].map((person, n) =>
      tellCommit(chronicle, product, t + n * 7 * HOUR, {
        pusher: { name: telling.either('git-daemon', 'www-data') },
        author: actorOf(person),
        committer: actorOf(person),
      }),
    );
    const [from] = spoofed;
    if (from === undefined) throw new Error('no commit');
    return { tale, from, expected: [{ detector: 'D10', at: from }], pages: false };
  },
};
