import type { Examples } from '../detector.ts';
import { plainPublications, publish } from './package-story.ts';
import { builtReleases, plainReleases, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const massDeleteExamples = (): Examples => ({
  fires: [
    {
      name: 'a stranger removes a quarter of the tags',
      ...removeTags(plainReleases().days(20), 5, 'stranger').example(),
      disposition: 'page',
    },
    {
      name: 'a publisher who never removed anything removes half of them',
      ...removeTags(plainReleases().days(20), 10, 'maya').example(),
      disposition: 'page',
    },
    {
      name: 'the registry does not say who removes half of the tags',
      ...removeTags(plainReleases().days(20), 10, '').example(),
      disposition: 'page',
    },
    {
      name: 'the whole repository goes, by somebody unknown',
      ...plainReleases()
        .days(20)
        .event('repository.deleted', { repository: 'lab/tool', actor: { name: 'stranger' } })
        .example(),
      disposition: 'page',
    },
    {
      name: 'what runs cite goes with it',
      ...removeTags(
        plainReleases().run('release-2').run('release-3').days(20),
        5,
        'stranger',
      ).example(),
      disposition: 'page',
      says: 'Runs cite the content of 2 of the tags',
    },
    {
      name: 'a stranger deletes the images of five releases',
      ...plainReleases()
        .days(20)
        .times(5, (told, turn) => told.deleteImage(`release-${turn}`, 'stranger'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a stranger empties the repository of what bears no tag',
      ...plainReleases()
        .days(20)
        .times(50, (told, turn) => told.deleteImage(`loose-${turn}`, 'stranger'))
        .example(),
      disposition: 'ticket',
      says: '50 untagged manifests',
    },
    {
      name: 'the nightly clean-up takes all releases, too',
      ...removeTags(cleanedUp().days(1), 20, 'cleaner')
        .times(4, (told, turn) => told.deleteTag(`n7-${turn}`, 'cleaner'))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a newcomer retires old tags with the release that a usual build made: on record',
      ...removeTags(
        builtReleases()
          .days(20)
          .times(3, (told, turn) =>
            told.build(`new-${turn}`).push(`1.${turn + 10}.0`, `new-${turn}`, 'newcomer'),
          ),
        5,
        'newcomer',
      ).example(),
      disposition: 'log',
      says: 'in the same hour that the usual builds explain',
    },
    {
      name: 'a repository that somebody spoilt is taken down by another: on record',
      ...removeTags(
        builtReleases().days(20).move('1.20.0', 'foreign', 'stranger').hours(2),
        10,
        'maya',
      ).example(),
      disposition: 'log',
      says: 'stranger had moved lab/tool to content that nothing explains',
    },
    {
      name: 'a stranger removes version after version of a package',
      ...removeVersions(plainPublications().days(20), '1', 'stranger').example(),
      disposition: 'page',
    },
    {
      name: 'whoever publishes a package removes a quarter of its versions: on record',
      ...removeVersions(
        story().times(20, (told, turn) => publish(told.days(3), `1.${turn}.0`)),
        '1',
        'pipeline',
      ).example(),
      disposition: 'log',
      says: 'who never removed anything before',
    },
    {
      name: 'every version of a package goes on the day on which it came',
      ...removeVersions(publishVersions(plainReleases(), '1'), '1', 'maya').example(),
      disposition: 'page',
    },
    {
      name: 'announced by people beforehand: on record',
      ...removeTags(
        plainReleases().days(20).event('change.announced', {
          repository: 'lab/tool',
          from: '2026-02-01T00:00:00Z',
          until: '2026-03-01T00:00:00Z',
          reason: 'Old releases retire',
        }),
        5,
        'stranger',
      ).example(),
      disposition: 'log',
    },
    {
      name: 'git tags of all releases are removed by a bot',
      ...gitTags()
        .days(20)
        .times(5, (told, turn) =>
          told.event('source.ref-updated', {
            sourceRepository: 'https://git.example/lab/tool',
            ref: `refs/tags/v1.${turn}.0`,
            before: `${turn}`.repeat(40).slice(0, 40),
            after: null,
            pusher: { name: 'bot' },
          }),
        )
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'two tags are removed',
      ...removeTags(plainReleases().days(20), 2, 'maya').example(),
    },
    {
      name: 'the nightly clean-up removes what it always removes',
      ...cleanedUp()
        .days(1)
        .times(6, (told, turn) => told.deleteTag(`n7-${turn}`, 'cleaner'))
        .example(),
    },
    {
      name: 'the bad tags of somebody else are removed',
      ...removeForeign(
        builtReleases()
          .days(1)
          .times(6, (told, turn) => told.push(`9.${turn}.0`, `foreign-${turn}`, 'stranger'))
          .hours(2),
      ).example(),
    },
    {
      name: 'the newest versions of a package are withdrawn, the old ones stay',
      ...removeVersions(publishVersions(plainPublications().days(20), '2'), '2', 'maya').example(),
    },
    {
      name: 'a tag that is gone is removed again',
      ...plainReleases().deleteTag('1.1.0', 'stranger').deleteTag('1.1.0', 'stranger').example(),
    },
    {
      name: 'untagged manifests are collected',
      ...plainReleases()
        .days(20)
        .times(8, (told, turn) => told.deleteImage(`loose-${turn}`, 'cleaner'))
        .example(),
    },
  ],
});

function removeTags(told: Story, count: number, by: string): Story {
  return told.times(count, (inner, turn) =>
    by === ''
      ? inner.event('tag.deleted', { repository: 'lab/tool', tag: `1.${turn}.0` })
      : inner.deleteTag(`1.${turn}.0`, by),
  );
}

function publishVersions(told: Story, major: string): Story {
  return told.times(5, (inner, turn) =>
    publish(inner, `${major}.${turn}.0`, { publisher: { name: 'maya' } }),
  );
}

function removeVersions(told: Story, major: string, by: string): Story {
  return told.times(5, (inner, turn) =>
    inner.event('package.removed', {
      purl: `pkg:pypi/labtool@${major}.${turn}.0`,
      publisher: { name: by },
    }),
  );
}

function removeForeign(told: Story): Story {
  return told.times(6, (inner, turn) => inner.deleteTag(`9.${turn}.0`));
}

/** Six nightly tags come and six go, every night for a week. */
function cleanedUp(): Story {
  return plainReleases().times(7, (told, night) =>
    told
      .days(1)
      .times(6, (inner, turn) => inner.push(`n${night}-${turn}`, `night-${night}-${turn}`))
      .hours(12)
      .times(night === 1 ? 0 : 6, (inner, turn) =>
        inner.deleteTag(`n${night - 1}-${turn}`, 'cleaner'),
      ),
  );
}

function gitTags(): Story {
  return plainReleases().times(9, (told, turn) =>
    told.days(1).event('source.ref-updated', {
      sourceRepository: 'https://git.example/lab/tool',
      ref: `refs/tags/v1.${turn}.0`,
      before: null,
      after: `${turn}`.repeat(40).slice(0, 40),
      pusher: { name: 'maya' },
    }),
  );
}
