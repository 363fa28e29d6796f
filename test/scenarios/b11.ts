import { tellBuild, tellMove, tellPush } from '../../bench/traffic/pipeline.ts';
import { DAY, HOUR, localHour, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin } from './tale.ts';

/** Clocks change: the nightly comes an hour off for good, once twice or not at all, and says the same digest again. */
export const b11: Scenario = {
  id: 'B11',
  title: 'summer time begins or ends under a nightly build',
  tell: (telling) => {
    const tale = begin('B11', telling);
    const { chronicle, random } = tale;
    const product = tale.product('nightly', { sboms: false });
    const change = telling.either(Date.UTC(2026, 2, 29), Date.UTC(2025, 9, 26));
    const start = change - 45 * DAY;
    let from: SourceEvent | undefined;
    for (let day = start; day < change + 30 * DAY; day += DAY) {
      const times = [localHour(day, 2.5, 'Europe/Berlin') + random.between(0, 90) * 1000];
      if (day === change) {
        // It runs an hour late in spring, and twice in autumn.
        times.push(...telling.either([], [(times[0] ?? 0) + HOUR]));
      }
      for (const time of times) {
        const image = tellBuild(chronicle, product, time, { trigger: 'schedule' });
        const date = new Date(day).toISOString().slice(0, 10);
        const pushed = tellPush(chronicle, product, time + MINUTE, image, [`n-${date}`, 'nightly']);
        if (day === change) {
          from ??= pushed;
          tellMove(chronicle, product, time + 2 * MINUTE, 'nightly', image.digest);
        }
      }
    }
    if (from === undefined) throw new Error('the clocks never change');
    return { tale, from, expected: [], pages: false };
  },
};
