import { tellBuild } from '../../bench/traffic/pipeline.ts';
import { actorOf, commitOf, type Person } from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, elsewhere, ordinaryWeeks, tellTokenUse } from './tale.ts';

/** With a maintainer's token the floating major tag goes to a commit that no branch has and no release names. */
export const s10: Scenario = {
  id: 'S10',
  title: 'the major tag of an action moved to a commit of a refused change',
  tell: (telling) => {
    const tale = begin('S10', telling);
    const { chronicle, owner } = tale;
    const consumer = tale.product('assembler');
    const git = `https://forge.example/${telling.project}/scan-action`;
    const name = `pkg:github/${telling.project}/scan-action`;
    const major = telling.either('v5', 'v2');
    let head = commitOf(`${git} 0`);
    consumer.dependencies.push({ name, version: major, digest: `sha1:${head}` });
    const move = (
      when: number,
      ref: string,
      before: string | null,
      after: string | null,
      by: Person,
      branches: readonly string[],
    ): SourceEvent =>
      chronicle.tell(when, 'source.ref-updated', {
        sourceRepository: git,
        ref,
        before,
        after,
        forced: ref.endsWith(major) && before !== null,
        pusher: actorOf(by),
        ...(after === null
          ? {}
          : {
              author: actorOf(owner),
              authoredAt: new Date(when - HOUR).toISOString(),
              reachableFrom: [...branches],
            }),
      });
    for (let n = 1; n <= telling.days / 8; n += 1) {
      const next = commitOf(`${git} ${n}`);
      const when = telling.start + (n * 7 - 5) * DAY + 13 * HOUR;
      tellTokenUse(tale, owner, consumer, when - 5 * MINUTE, 'owner-pat');
      move(when, 'refs/heads/main', head, next, owner, ['main']);
      move(when + MINUTE, `refs/tags/${major}.${n}.0`, null, next, owner, ['main']);
      move(when + 2 * MINUTE, `refs/tags/${major}`, n === 1 ? null : head, next, owner, ['main']);
      head = next;
    }
    consumer.dependencies = [
      ...consumer.dependencies.slice(0, -1),
      { name, version: major, digest: `sha1:${head}` },
    ];
    ordinaryWeeks(tale, consumer);

    const t = tale.t0 + DAY + telling.either(12, 15) * HOUR;
    const used = tellTokenUse(tale, elsewhere(owner, tale), consumer, t, 'owner-pat');
    const evil = commitOf(`${git} evil`);
    const moved = move(t + 2 * HOUR, `refs/tags/${major}`, head, evil, owner, []);
    tellBuild(chronicle, consumer, t + 3 * HOUR, {
      dependencies: {
        resolved: [
          ...consumer.dependencies.slice(0, -1),
          { name, version: major, digest: `sha1:${evil}` },
        ],
      },
    });
    const removed = move(t + 6 * DAY, `refs/tags/${major}`, evil, null, owner, []);
    tellTokenUse(tale, owner, consumer, t + 6 * DAY + HOUR, 'owner-pat-2');
    return {
      tale,
      from: used,
      expected: [
        { detector: 'D15', at: used },
        { detector: 'D01', at: moved },
        { detector: 'D10', at: moved },
      ],
      pages: true,
      mustNotFlag: at(removed),
    };
  },
};
