import {
  buildData,
  startOf,
  strangeImage,
  tellAttestation,
  tellBuild,
  tellMove,
  tellPush,
} from '../../bench/traffic/pipeline.ts';
import {
  actorOf,
  clientOf,
  commitOf,
  createPerson,
  digestOf,
} from '../../bench/traffic/product.ts';
import { DAY, HOUR, MINUTE } from '../../bench/traffic/times.ts';
import type { SourceEvent } from '../../services/core/events/event.ts';
import { at, type Scenario } from './scenario.ts';
import { begin, ordinaryWeeks } from './tale.ts';

/**
 * A stolen bot account releases a scanner from a commit on no branch through the real pipeline, and moves nearly every
 * git tag of two actions that build on it. Builds elsewhere resolve the moved tags until the owners put them back.
 */
export const s01: Scenario = {
  id: 'S01',
  title: 'many git tags and one release by a stolen bot',
  tell: (telling) => {
    const tale = begin('S01', telling);
    const { chronicle, project, owner } = { ...tale, project: telling.project };
    const scanner = tale.product('scanner');
    const consumer = tale.product('assembler');
    const bot = createPerson(`${project}-bot`);
    const actions = ['setup', 'action'].map((name) => `https://forge.example/${project}/${name}`);
    const tagsOf = (git: string): readonly string[] =>
      Array.from(
        { length: git.endsWith('setup') ? 7 : telling.either(24, 16) },
        (_tag, n) => `v0.${n + 3}.0`,
      );
    const moveRef = (
      when: number,
      git: string,
      tag: string,
      before: string | null,
      after: string,
      good: boolean,
    ) =>
      chronicle.tell(when, 'source.ref-updated', {
        sourceRepository: git,
        ref: `refs/tags/${tag}`,
        before,
        after,
        forced: before !== null,
        pusher: actorOf(good ? owner : bot),
        author: actorOf(owner),
        committer: actorOf(owner),
        authoredAt: new Date(good ? when - HOUR : when - 15 * DAY).toISOString(),
        reachableFrom: good ? ['main'] : [],
      });
    for (const git of actions) {
      tagsOf(git).forEach((tag, n) => {
        moveRef(telling.start + n * 2 * DAY + 10 * HOUR, git, tag, null, commitOf(git + tag), true);
      });
    }
    // The consumer's pipeline resolves the action by tag, always to the same commit.
    const action = actions[1] ?? '';
    const name = `pkg:github/${project}/action`;
    const resolvedAt = (commit: string) => ({ name, version: 'v0.5.0', digest: `sha1:${commit}` });
    consumer.dependencies.push(resolvedAt(commitOf(`${action}v0.5.0`)));
    const releases = ordinaryWeeks(tale, scanner);
    ordinaryWeeks(tale, consumer);
    chronicle.tell(tale.t0 - 18 * DAY, 'token.revoked', {
      actor: actorOf(owner),
      client: clientOf(owner),
      repository: scanner.repository,
      tokenId: 'org-secret-1',
    });

    const t = tale.t0 + 3 * DAY + telling.either(17, 5) * HOUR + 43 * MINUTE;
    const commit = commitOf(`${project} loose`);
    const version = telling.either('9.9.4', '3.2.1');
    const ref = chronicle.tell(t - MINUTE, 'source.ref-updated', {
      sourceRepository: scanner.git,
      ref: `refs/tags/${version}`,
      before: null,
      after: commit,
      pusher: actorOf(bot),
      author: actorOf(owner),
      committer: actorOf(owner),
      authoredAt: new Date(t - 15 * DAY).toISOString(),
      reachableFrom: [],
    });
    const run = startOf(buildData(scanner, t));
    const attack = {
      ...run,
      commit,
      ref: `refs/tags/${version}`,
      trigger: 'tag',
      actor: actorOf(bot),
      workflow: { path: scanner.workflow.path, digest: digestOf(`${project} evil workflow`) },
      parameters: { target: 'release', skip: 'validate' },
    };
    const started = chronicle.tell(t, 'build.started', attack);
    const moves: SourceEvent[] = [];
    actions.forEach((git, n) => {
      tagsOf(git)
        .slice(n)
        .forEach((tag, turn) => {
          const evil = commitOf(`evil ${git} ${tag}`);
          const when = t + (n + 1) * MINUTE + turn * telling.either(2000, 1000);
          moves.push(moveRef(when, git, tag, commitOf(git + tag), evil, false));
        });
    });
    const image = { ...strangeImage(scanner), commit };
    chronicle.tell(t + 38 * MINUTE, 'build.finished', {
      ...attack,
      outcome: 'success',
      baseImage: { ...scanner.base },
      outputs: [{ repository: scanner.repository, digest: image.digest }],
    });
    tellPush(chronicle, scanner, t + 39 * MINUTE, image, [version, 'latest']);
    tellAttestation(chronicle, scanner, t + 40 * MINUTE, image);
    const bad = resolvedAt(commitOf(`evil ${action} v0.5.0`));
    const good = consumer.dependencies;
    tellBuild(chronicle, consumer, t + 90 * MINUTE, {
      dependencies: { resolved: [...good.slice(0, -1), bad] },
    });
    const cure: SourceEvent[] = [
      chronicle.tell(t + 4 * HOUR, 'tag.deleted', {
        repository: scanner.repository,
        tag: version,
        digest: image.digest,
        actor: actorOf(owner),
        client: clientOf(owner),
      }),
      tellMove(
        chronicle,
        scanner,
        t + 4 * HOUR + MINUTE,
        'latest',
        releases.at(-1)?.digest ?? '',
        owner,
      ),
    ];
    actions.forEach((git, n) => {
      tagsOf(git)
        .slice(n)
        .forEach((tag, turn) => {
          const when = t + (4 + n * 8) * HOUR + 2 * MINUTE + turn * 2000;
          cure.push(
            moveRef(when, git, tag, commitOf(`evil ${git} ${tag}`), commitOf(git + tag), true),
          );
        });
    });
    const clean = tellBuild(chronicle, consumer, t + 25 * HOUR);
    const tainted = chronicle.tell(t + 36 * HOUR, 'digest.tainted', {
      project,
      digest: bad.digest,
      reason: 'Steals credentials from the runner',
      actor: actorOf(owner),
    });
    const quiet = at(...cure, clean.started, clean.event);
    return {
      tale,
      from: ref,
      expected: [
        { detector: 'D10', at: ref },
        { detector: 'D06', at: started },
        { detector: 'D07', at: started },
        { detector: 'D02', at: moves[4] ?? started },
        { detector: 'D26', at: tainted },
      ],
      pages: true,
      // The last word, a day and a half later, is an incident of its own.
      waves: 2,
      mustNotFlag: (heard) =>
        (heard.disposition === 'page' && quiet(heard)) ||
        (heard.detector === 'D26' && heard.evidence.includes(clean.event)),
    };
  },
};
