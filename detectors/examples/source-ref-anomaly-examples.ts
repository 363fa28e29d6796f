import type { Examples } from '../detector.ts';
import { commit, GIT, pushBranch, pushTag, taggedReleases } from './git-story.ts';
import { builtReleases, type Story, story } from './story.ts';

const RELEASE = { path: '.ci/release.yaml' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const sourceRefAnomalyExamples = (): Examples => ({
  fires: [
    {
      name: 'a release tag on a commit of no branch, which names a maintainer and is two weeks old',
      ...robotReleases()
        .days(1)
        .event('source.ref-updated', {
          sourceRepository: GIT,
          ref: 'refs/tags/v1.21.0',
          after: commit('foreign'),
          pusher: { name: 'robot' },
          author: { name: 'maya' },
          authoredAt: '2026-02-01T00:00:00Z',
          reachableFrom: [],
        })
        .example(),
      disposition: 'page',
      says: '"pushers":["robot"]',
    },
    {
      name: 'a release tag on a commit of no branch by the usual releaser',
      ...pushTag(taggedReleases().days(1), 'v1.21.0', 'foreign', { reachableFrom: [] }).example(),
      disposition: 'ticket',
    },
    {
      name: 'the first release tag of a busy repository lies on no branch: on record',
      ...pushTag(
        story().times(12, (told, turn) => pushBranch(told.days(1), `change-${turn}`)),
        'v1.0.0',
        'foreign',
        { reachableFrom: [] },
      ).example(),
      disposition: 'log',
    },
    {
      name: 'the producer does not say which branches hold it, but it was never seen on one',
      ...quietTag(silentReleases().days(1), 'v1.21.0', 'foreign', 'stranger').example(),
      disposition: 'ticket',
    },
    {
      name: 'a release tag of somebody who never set one, on a commit of main: on record',
      ...pushTag(pushBranch(taggedReleases().days(1), 'next'), 'v1.21.0', 'next', {
        pusher: { name: 'newcomer' },
      }).example(),
      disposition: 'log',
    },
    {
      name: 'the release workflow runs on a commit never seen, for a bot that never set it off',
      ...run(releaseRuns().days(1), 21, {
        commit: commit('foreign'),
        ref: 'refs/pull/7/merge',
        actor: { name: 'bot' },
      }).example(),
      disposition: 'page',
    },
    {
      name: 'the release workflow runs on another branch by its usual actor: on record',
      ...run(pushBranch(releaseRuns().days(1), 'fix', {}, 'hotfix'), 21, {
        commit: commit('fix'),
        ref: 'refs/heads/hotfix',
      }).example(),
      disposition: 'log',
    },
    {
      name: 'the main branch is rewritten by a stranger',
      ...pushBranch(taggedReleases().days(1), 'rewritten', {
        forced: true,
        pusher: { name: 'stranger' },
        author: { name: 'stranger' },
      }).example(),
      disposition: 'ticket',
    },
    {
      name: 'an image repository is built from a foreign source',
      ...builtReleases()
        .days(1)
        .build('foreign', { sourceRepository: 'https://git.example/stranger/tool' })
        .example(),
      disposition: 'page',
    },
    {
      name: 'the source bears another name under the usual owner: work, not an alarm',
      ...builtReleases()
        .days(1)
        .build('moved', { sourceRepository: 'https://git.example/lab/monorepo' })
        .example(),
      disposition: 'ticket',
      says: 'same-owner',
    },
    {
      name: 'the source moved to an organisation that bears the name of the image: work, not an alarm',
      ...builtReleases()
        .days(1)
        .build('moved', { sourceRepository: 'https://git.example/toolproject/tool' })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger pushes an image whose labels name a foreign source, without a build',
      ...labelledReleases()
        .days(1)
        .event('artifact.pushed', {
          repository: 'lab/tool',
          digest: `sha256:${'e'.repeat(64)}`,
          tags: ['1.21.0'],
          labels: { 'org.opencontainers.image.source': 'https://git.example/stranger/tool' },
          actor: { name: 'stranger' },
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'an account nobody knows pushes in the name of one who always pushes themselves',
      ...pushBranch(taggedReleases(40).days(1), 'spoofed', {
        pusher: { name: 'daemon' },
      }).example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a robot that has merged the commits of others all along does it again',
      ...pushBranch(mergedReleases().days(1), 'next', { pusher: { name: 'merger' } }).example(),
    },
    {
      name: 'a release tag on a commit of main',
      ...pushTag(pushBranch(taggedReleases().days(1), 'next'), 'v1.21.0', 'next').example(),
    },
    {
      name: 'release commits are on no branch in every release here',
      ...distRelease(
        story().times(8, (told, turn) => distRelease(told.days(7), turn)),
        9,
      ).example(),
    },
    {
      name: 'a merge button: the forge’s robot always pushes what others wrote',
      ...pushBranch(
        story().times(20, (told, turn) =>
          pushBranch(told.days(1), `change-${turn}`, {
            pusher: { name: 'merger' },
            author: { name: `author-${turn % 4}` },
          }),
        ),
        'next',
        { pusher: { name: 'merger' }, author: { name: 'author-9' } },
      ).example(),
    },
    {
      name: 'a feature branch is rewritten, as feature branches are',
      ...pushBranch(
        pushBranch(taggedReleases(), 'draft', {}, 'feature'),
        'draft-2',
        { forced: true },
        'feature',
      ).example(),
    },
    {
      name: 'the release workflow runs on a commit of main',
      ...run(pushBranch(releaseRuns().days(1), 'next'), 21, { commit: commit('next') }).example(),
    },
    {
      name: 'somebody sets off the release workflow for the first time, on a commit of main',
      ...run(pushBranch(releaseRuns().days(1), 'next'), 21, {
        commit: commit('next'),
        actor: { name: 'newcomer' },
      }).example(),
    },
    {
      name: 'a workflow that builds pull requests builds another',
      ...run(
        story().times(20, (told, turn) =>
          run(told.days(1), turn, {
            commit: commit(`proposal-${turn}`),
            ref: `refs/pull/${turn}/merge`,
          }),
        ),
        21,
        { commit: commit('proposal-21'), ref: 'refs/pull/21/merge' },
      ).example(),
    },
    {
      name: 'the second tag of one story is no second story',
      ...pushTag(
        pushTag(taggedReleases().days(1), 'v1.21.0', 'foreign', { reachableFrom: [] }),
        'v1.22.0',
        'foreign-2',
        { reachableFrom: [] },
      ).example(),
    },
    {
      name: 'a build of the usual source in another spelling',
      ...builtReleases()
        .days(1)
        .build('next', { sourceRepository: 'git+https://git.example/lab/tool.git' })
        .example(),
    },
    {
      name: 'a repository too young to have habits',
      ...pushTag(story(), 'v1.0.0', 'one', { reachableFrom: [] }).example(),
    },
  ],
});

/** Twenty releases that a robot tags a few minutes after maya's commit. */
function robotReleases(): Story {
  return story().times(20, (told, turn) => {
    const written = new Date(Date.UTC(2026, 0, 5 + 2 * turn, 8, 50)).toISOString();
    pushBranch(told.days(2), `change-${turn}`, { authoredAt: written });
    return pushTag(told, `v1.${turn}.0`, `change-${turn}`, {
      pusher: { name: 'robot' },
      authoredAt: written,
    });
  });
}

/** Releases whose tags do not say which branches hold them. */
function silentReleases(): Story {
  return story().times(20, (told, turn) =>
    quietTag(pushBranch(told.days(2), `change-${turn}`), `v1.${turn}.0`, `change-${turn}`, 'maya'),
  );
}

function quietTag(told: Story, tag: string, change: string, by: string): Story {
  return told.event('source.ref-updated', {
    sourceRepository: GIT,
    ref: `refs/tags/${tag}`,
    after: commit(change),
    pusher: { name: by },
  });
}

/** A release commit on a branch that lives for minutes; its tag is on no branch when it is told. */
function distRelease(told: Story, turn: number): Story {
  pushBranch(told, `work-${turn}`);
  return pushTag(told, `v${turn}.0.0`, `dist-${turn}`, { reachableFrom: [] });
}

function releaseRuns(): Story {
  return story().times(20, (told, turn) =>
    run(pushBranch(told.days(1), `change-${turn}`), turn, { commit: commit(`change-${turn}`) }),
  );
}

function run(
  told: Story,
  turn: number,
  data: { commit: string; ref?: string; actor?: { name: string } },
): Story {
  return told.event('build.started', {
    runId: `release-${turn}`,
    sourceRepository: GIT,
    workflow: RELEASE,
    ref: 'refs/heads/main',
    actor: { name: 'maya' },
    ...data,
  });
}

/** Twenty built releases whose images name their source. */
function labelledReleases(): Story {
  return story().times(20, (told, turn) =>
    told
      .days(1)
      .build(`release-${turn}`)
      .event('artifact.pushed', {
        repository: 'lab/tool',
        digest: `sha256:${[...`release-${turn}`]
          .map((char) => char.charCodeAt(0).toString(16))
          .join('')
          .padEnd(64, '0')}`,
        tags: [`1.${turn}.0`],
        labels: { 'org.opencontainers.image.source': GIT },
        actor: { name: 'maya' },
      }),
  );
}

function mergedReleases(): Story {
  return story().times(40, (told, turn) =>
    pushBranch(told.days(1), `merged-${turn}`, { pusher: { name: 'merger' } }),
  );
}
