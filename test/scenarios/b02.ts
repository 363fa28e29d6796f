import { tellBuild, tellRelease } from '../../bench/traffic/pipeline.ts';
import { digestOf } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import type { Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/** The hosted runners get a new operating system over six weeks: more and more runs, back and forth, other tools, some failures. */
export const b02: Scenario = {
  id: 'B02',
  title: 'the runners migrate to a new image',
  tell: (telling) => {
    const tale = begin('B02', telling);
    const { chronicle, random, t0 } = tale;
    const products = ['alpha', 'beta', 'gamma', 'delta'].map((name) => tale.product(name));
    for (const product of products) {
      product.dependencies.push({ name: 'tool:gcc', version: '11.4', digest: digestOf('gcc 11') });
      ordinaryWeeks(tale, product);
    }
    const old = products[0]?.builder ?? '';
    const next = `${old}-${telling.either('24.04', 'v2')}`;
    let first: SourceEvent | undefined;
    for (let day = 0; day < 42; day += 2) {
      for (const [n, product] of products.entries()) {
        const moved = random.chance((day + 4) / 40);
        product.builder = moved ? next : old;
        product.dependencies = [
          ...product.dependencies.slice(0, -1),
          moved
            ? { name: 'tool:gcc', version: '13.2', digest: digestOf('gcc 13') }
            : { name: 'tool:gcc', version: '11.4', digest: digestOf('gcc 11') },
        ];
        const at = t0 + day * DAY + (9 + n) * HOUR;
        if (moved && random.chance(0.2)) {
          tellBuild(chronicle, product, at - 20 * MINUTE, { outcome: 'failure', outputs: [] });
        }
        const before = tale.events().length;
        tellRelease(chronicle, product, at, [`2.${day}.${n}`, 'latest']);
        if (moved) {
          first ??= tale.events().slice(before)[0];
          // The same commit again, on the other runner: the bytes differ.
          tellBuild(chronicle, product, at + 2 * HOUR, { builderId: old, trigger: 'manual' });
        }
      }
    }
    if (first === undefined) throw new Error('nobody moved');
    return { tale, from: first, expected: [], pages: false };
  },
};
