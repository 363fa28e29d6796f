import { DAY, HOUR } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A course begins, and an array of jobs starts: hundreds of pulls of two digests from one address within minutes. */
export const b04: Scenario = {
  id: 'B04',
  title: 'a course and a job array pull the same image',
  tell: (telling) => {
    const tale = begin('B04', telling);
    const { chronicle, random } = tale;
    const product = tale.product('notebook');
    const releases = ordinaryWeeks(tale, product);
    const recent = releases.slice(-telling.either(2, 3));
    for (let day = 0; day < telling.days; day += 1) {
      const known = releases.filter(({ at }) => at < telling.start + day * DAY);
      const release = known.at(-1);
      if (release === undefined) continue;
      chronicle.tell(telling.start + day * DAY + 10 * HOUR, 'artifact.pulled', {
        repository: product.repository,
        digest: release.digest,
        bytes: 800_000_000,
        client: { address: '203.0.113.5', userAgent: 'containerd/1.7' },
      });
    }
    const t = tale.t0 + DAY + telling.either(8, 14) * HOUR;
    const pulls: SourceEvent[] = [];
    const count = telling.either(700, 400);
    for (let n = 0; n < count; n += 1) {
      const release = random.pick(recent);
      pulls.push(
        chronicle.tell(t + Math.floor((n * 600_000) / count), 'artifact.pulled', {
          repository: product.repository,
          digest: release.digest,
          bytes: random.chance(0.5) ? 2000 : 800_000_000,
          client: {
            address: telling.either('203.0.113.200', `203.0.114.${n % 30}`),
            userAgent: telling.either('containerd/1.7', 'apptainer/1.3'),
          },
        }),
      );
    }
    const [first] = pulls;
    if (first === undefined) throw new Error('no pulls');
    return { tale, from: first, expected: [], pages: false };
  },
};
