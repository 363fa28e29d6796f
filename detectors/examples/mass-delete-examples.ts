import type { Examples } from '../detector.ts';
import { builtReleases, plainReleases, type Story } from './story.ts';

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
