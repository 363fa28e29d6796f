import type { Examples } from '../detector.ts';
import { commit, GIT, pushBranch, pushTag, taggedReleases } from './git-story.ts';
import { type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const sourceTagMutationExamples = (): Examples => ({
  fires: [
    {
      name: 'a release tag that never moved goes to another commit',
      ...pushTag(taggedReleases().days(1), 'v1.3.0', 'foreign').example(),
      disposition: 'page',
    },
    {
      name: 'few releases so far, and a stranger moves one to a commit of no branch',
      ...pushTag(taggedReleases(6).days(1), 'v1.3.0', 'foreign', {
        pusher: { name: 'stranger' },
        reachableFrom: [],
      }).example(),
      disposition: 'page',
      says: 'stranger has never set a tag here',
    },
    {
      name: 'a release tag is deleted and comes back as another commit',
      ...pushTag(dropTag(taggedReleases().days(1), 'v1.3.0', 'change-3'), 'v1.3.0', 'foreign', {
        before: null,
      }).example(),
      disposition: 'page',
    },
    {
      name: 'a major tag that follows releases goes to a commit without one, on no branch',
      ...pushTag(majorTags().days(1), 'v1', 'foreign', { reachableFrom: [] }).example(),
      disposition: 'page',
    },
    {
      name: 'a major tag that follows releases goes to a commit of main without one',
      ...pushTag(pushBranch(majorTags().days(1), 'hasty'), 'v1', 'hasty').example(),
      disposition: 'ticket',
    },
    {
      name: 'who moved the tag puts it back within the hour',
      ...pushTag(
        pushTag(taggedReleases().days(1), 'v1.3.0', 'foreign'),
        'v1.3.0',
        'change-3',
      ).example(),
      disposition: 'ticket',
    },
    {
      name: 'somebody else cures the tag: on record, nobody is woken again',
      ...pushTag(
        pushTag(taggedReleases().days(1), 'v1.3.0', 'foreign', { pusher: { name: 'stranger' } }),
        'v1.3.0',
        'change-3',
      ).example(),
      disposition: 'log',
    },
    {
      name: 'a release is repaired within the hour by who made it: work, not an alarm',
      ...pushTag(
        pushBranch(
          pushTag(pushBranch(taggedReleases().days(2), 'broken'), 'v1.21.0', 'broken'),
          'repaired',
        ),
        'v1.21.0',
        'repaired',
      ).example(),
      disposition: 'ticket',
    },
    {
      name: 'a tag that the policy calls immutable moves in a young repository',
      ...pushTag(pushTag(story(), 'paper', 'one'), 'paper', 'two').example(),
      policy: { immutableTags: ['paper*'] },
      disposition: 'page',
    },
    {
      name: 'a major tag that followed one release so far goes to a commit without one: on record',
      ...pushTag(pushBranch(majorTags(3).days(2), 'hasty'), 'v1', 'hasty').example(),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'a new release',
      ...pushTag(pushBranch(taggedReleases().days(2), 'next'), 'v1.21.0', 'next').example(),
    },
    {
      name: 'a major tag follows its release',
      ...pushTag(
        pushTag(pushBranch(majorTags().days(2), 'next'), 'v1.9.0', 'next'),
        'v1',
        'next',
      ).example(),
    },
    {
      name: 'the same tag is told again with the same commit',
      ...pushTag(taggedReleases().days(1), 'v1.3.0', 'change-3').example(),
    },
    {
      name: 'a tag is removed',
      ...dropTag(taggedReleases().days(1), 'v1.3.0', 'change-3').example(),
    },
    {
      name: 'a branch moves on',
      ...pushBranch(taggedReleases().days(1), 'more', { before: commit('change-20') }).example(),
    },
    {
      name: 'the policy lets the tag move',
      ...pushTag(taggedReleases().days(1), 'v1.3.0', 'foreign').example(),
      policy: { movingTags: ['v1.*'] },
    },
    {
      name: 'a repository too young to have habits',
      ...pushTag(pushTag(story(), 'v1.0.0', 'one'), 'v1.0.0', 'two').example(),
    },
  ],
});

function dropTag(told: Story, tag: string, change: string): Story {
  return told.event('source.ref-updated', {
    sourceRepository: GIT,
    ref: `refs/tags/${tag}`,
    before: commit(change),
    after: null,
    pusher: { name: 'maya' },
  });
}

/** Eight releases in as many weeks; `v1` follows each. */
function majorTags(releases = 8): Story {
  return story().times(releases, (told, turn) =>
    pushTag(
      pushTag(pushBranch(told.days(7), `change-${turn}`), `v1.${turn}.0`, `change-${turn}`),
      'v1',
      `change-${turn}`,
    ),
  );
}
