import {
  tellAttestation,
  tellBuild,
  tellInspection,
  tellPush,
} from '../../bench/traffic/pipeline.ts';
import { digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** A base image is renewed every month; within hours every tag of its children moves to a new digest of the same commit. */
export const b01: Scenario = {
  id: 'B01',
  title: 'monthly rebuild on a new base image',
  tell: (telling) => {
    const tale = begin('B01', telling);
    const { chronicle } = tale;
    const base = tale.product('base', { attested: false, sboms: false });
    const children = ['web', 'worker', 'cron'].map((name) => tale.product(name));
    const releases = new Map(children.map((child) => [child, ordinaryWeeks(tale, child)]));
    let first: SourceEvent | undefined;
    for (const day of [13, 41, telling.days + 1]) {
      const t = telling.start + day * DAY + 8 * HOUR;
      const root = tellBuild(chronicle, base, t, { trigger: 'schedule' });
      const pushed = tellPush(chronicle, base, t + MINUTE, root, [`2026-${day}`, 'bookworm']);
      if (day > telling.days) first = pushed;
      children.forEach((child, n) => {
        const known = (releases.get(child) ?? []).filter(({ at }) => at < t);
        child.base = { name: `${telling.project}/base:bookworm`, digest: root.digest };
        child.layers.base = [digestOf(`${root.digest} layer`)];
        child.packages.base = child.packages.base.map((purl) => purl.replace(/@.*/, `@12.${day}`));
        const app = [...child.layers.app];
        known.slice(-telling.either(24, 12)).forEach(({ version, commit }, turn) => {
          const when = t + HOUR + (n * 40 + turn * telling.either(4, 7)) * MINUTE;
          const image = tellBuild(chronicle, child, when, { commit, trigger: 'base-image' });
          const tags = turn === known.length - 1 ? [version, 'latest'] : [version];
          tellPush(chronicle, child, when + 20_000, image, tags, child.robot, {
            layers: [...child.layers.base, ...app].map((digest) => ({ digest })),
          });
          tellAttestation(chronicle, child, when + 30_000, image);
          tellInspection(chronicle, child, when + 40_000, image);
        });
      });
    }
    if (first === undefined) throw new Error('no rebuild');
    return { tale, from: first, expected: [], pages: false };
  },
};
