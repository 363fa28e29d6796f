import type { Examples } from '../detector.ts';
import { plainPublications, publish } from './package-story.ts';
import { builtReleases, image, plainReleases, type Story, story } from './story.ts';

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
      name: 'a newcomer retires old tags before the images that were just built get their names: on record',
      ...removeTags(builtBy('newcomer', {}), 5, 'newcomer').example(),
      disposition: 'log',
      says: 'or are about to',
    },
    {
      name: 'the same after a hand-over to a source of the usual owner: on record',
      ...removeTags(
        builtBy('newcomer', { sourceRepository: 'https://git.example/lab/monorepo' }),
        5,
        'newcomer',
      ).example(),
      disposition: 'log',
      says: 'or are about to',
    },
    {
      name: 'a newcomer removes tags beside images of a foreign source',
      ...removeTags(
        builtBy('newcomer', { sourceRepository: 'https://git.example/stranger/tool' }),
        5,
        'newcomer',
      ).example(),
      disposition: 'ticket',
    },
    {
      name: 'images that were built days ago excuse no newcomer',
      ...removeTags(
        builtBy('maya', {}).days(3).build('own').push('3.0.0', 'own', 'newcomer').hours(2),
        6,
        'newcomer',
      ).example(),
      disposition: 'ticket',
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
      name: 'one tag without its build excuses no stranger who takes the others',
      ...removeTags(
        builtReleases().days(20).move('1.20.0', 'foreign', 'stranger').hours(2),
        5,
        'other',
      ).example(),
      disposition: 'page',
    },
    {
      name: 'a stranger takes down what is spoilt to an eighth: on record',
      ...removeTags(
        builtReleases()
          .days(20)
          .times(3, (told, turn) => told.move(`1.${turn + 15}.0`, 'foreign', 'stranger'))
          .hours(2),
        5,
        'other',
      ).example(),
      disposition: 'log',
      says: 'stranger had moved lab/tool to content that nothing explains',
    },
    {
      name: 'a stranger removes two tags that nothing explains and four that are good: six',
      ...removeTags(
        builtReleases()
          .days(1)
          .times(2, (told, turn) => told.push(`9.${turn}.0`, `foreign-${turn}`, 'stranger'))
          .days(1)
          .times(2, (told, turn) => told.deleteTag(`9.${turn}.0`, 'other')),
        4,
        'other',
      ).example(),
      disposition: 'ticket',
      says: '6 of 22 tags',
    },
    {
      name: 'who only ever removed the bad tags of somebody else is still a stranger to the good ones',
      ...removeTags(
        builtReleases()
          .days(1)
          .times(2, (told, turn) => told.push(`9.${turn}.0`, `foreign-${turn}`, 'stranger'))
          .hours(2)
          .times(2, (told, turn) => told.deleteTag(`9.${turn}.0`, 'other'))
          .days(5),
        5,
        'other',
      ).example(),
      disposition: 'page',
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
    {
      name: 'a stranger begins to remove tags of a large repository: on record',
      ...removeTags(plainReleases().times(20, extra).days(20), 5, 'stranger').example(),
      disposition: 'log',
    },
    {
      name: 'a publisher begins to: on record',
      ...removeTags(plainReleases().times(20, extra).days(20), 5, 'maya').example(),
      disposition: 'log',
    },
    {
      name: 'a stranger removes two tags each of five repositories',
      ...removeWide(wide(), 2, 'stranger').example(),
      disposition: 'page',
      says: 'several repositories',
    },
    {
      name: 'whoever publishes them does',
      ...removeWide(wide(), 2, 'maya').example(),
      disposition: 'ticket',
    },
    {
      name: 'somebody who came today does',
      ...removeWide(pushTo(wide(), 'noor'), 2, 'noor').example(),
      disposition: 'ticket',
    },
    {
      name: 'somebody who has tidied up a little before does: on record',
      ...removeWide(
        wide()
          .event('tag.deleted', {
            repository: 'lab/tool-0',
            tag: '1.12.0',
            actor: { name: 'noor' },
          })
          .days(5),
        2,
        'noor',
      ).example(),
      disposition: 'log',
    },
    {
      name: 'a repository that lives on under another name is deleted: on record',
      ...pushAll(plainReleases().days(20), 'lab/renamed')
        .event('repository.deleted', { repository: 'lab/tool', actor: { name: 'stranger' } })
        .example(),
      disposition: 'log',
      says: 'lives-on',
    },
    {
      name: 'one of which only a part lives on',
      ...pushAll(plainReleases().days(20), 'lab/renamed', 10)
        .event('repository.deleted', { repository: 'lab/tool', actor: { name: 'stranger' } })
        .example(),
      disposition: 'page',
    },
    {
      name: 'somebody removes the drafts that only they ever pushed: work',
      ...removeDrafts(drafts(), 5).example(),
      disposition: 'ticket',
      says: 'own-work',
    },
    {
      name: 'drafts that a run cites',
      ...removeDrafts(drafts().run('draft-1'), 5).example(),
      disposition: 'page',
    },
    {
      name: 'drafts that builds explain',
      ...removeDrafts(
        drafts((told, turn) => told.build(`draft-${turn}`)),
        5,
      ).example(),
      disposition: 'page',
    },
    {
      name: 'releases whose builds came after them are removed by a stranger',
      ...removeTags(
        story()
          .times(20, (told, turn) =>
            told.days(1).push(`1.${turn}.0`, `release-${turn}`).build(`release-${turn}`),
          )
          .days(20),
        5,
        'stranger',
      ).example(),
      disposition: 'page',
    },
    {
      name: 'a clean-up that nobody has seen retires the oldest nightly images: work',
      ...retired().example(),
      disposition: 'ticket',
      says: 'retires-old',
    },
    {
      name: 'one that takes the newest',
      ...retired({ from: 30 }).example(),
      disposition: 'page',
    },
    {
      name: 'one that takes what a run cites',
      ...retired({ cited: true }).example(),
      disposition: 'page',
    },
    {
      name: 'one where nothing of the kind is made any more',
      ...retired({ later: 30 }).example(),
      disposition: 'page',
    },
    {
      name: 'one that takes them here and there',
      ...retired({ from: 20, count: 9 }).deleteTag('night-8', 'cleaner').example(),
      disposition: 'page',
    },
    {
      name: 'one that takes other tags with them',
      ...retired({ count: 9, also: 'stable' }).example(),
      disposition: 'page',
    },
    {
      name: 'one that goes on until more than half is gone',
      ...retired({ count: 20 }).example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'whoever tidies up every week removes two tags each of five repositories again',
      ...removeWide(
        [1, 2, 3].reduce((told, week) => removeWide(told, 2, 'noor', week * 2).days(7), wide()),
        2,
        'noor',
        8,
      ).example(),
    },
    {
      name: 'an unknown actor removes two tags each of five repositories',
      ...removeWide(wide(), 2, '').example(),
    },
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

/** Three images are built and pushed, and no tag points to them yet. */
function builtBy(who: string, run: Parameters<Story['build']>[1]): Story {
  return builtReleases()
    .days(20)
    .times(3, (told, turn) => told.build(`next-${turn}`, run).push([], `next-${turn}`, who));
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

const WIDE = [0, 1, 2, 3, 4].map((n) => `lab/tool-${n}`);

/** One more version that bears no number of a release. */
function extra(told: Story, turn: number): Story {
  return told.push(`2.${turn}.0`, `more-${turn}`);
}

/** Five repositories with twelve versions each. */
function wide(): Story {
  return story()
    .times(12, (told, turn) => pushTo(told.days(2), 'maya', `1.${turn}.0`))
    .days(10);
}

function pushTo(told: Story, by: string, tag = '9.9.9'): Story {
  return WIDE.reduce(
    (before, repository, n) =>
      before.event('artifact.pushed', {
        repository,
        digest: image(`${tag}-${n}`),
        tags: [tag],
        actor: { name: by },
      }),
    told,
  );
}

/** So many tags of each of the repositories, one after the other, from the given one on. */
function removeWide(told: Story, each: number, by: string, from = 0): Story {
  return told.times(each, (inner, turn) =>
    WIDE.reduce(
      (before, repository) =>
        before.event('tag.deleted', {
          repository,
          tag: `1.${from + turn}.0`,
          ...(by === '' ? {} : { actor: { name: by } }),
        }),
      inner,
    ),
  );
}

function pushAll(told: Story, repository: string, count = 20): Story {
  return told.times(count, (inner, turn) =>
    inner.event('artifact.pushed', {
      repository,
      digest: image(`release-${turn}`),
      tags: [`1.${turn}.0`],
      actor: { name: 'maya' },
    }),
  );
}

/** Releases of one, and drafts of another in a repository of their own. */
function drafts(before: (told: Story, turn: number) => Story = (told) => told): Story {
  return plainReleases().times(10, (told, turn) =>
    before(told.days(1), turn).event('artifact.pushed', {
      repository: 'lab/drafts',
      digest: image(`draft-${turn}`),
      tags: [`draft-${turn}`],
      actor: { name: 'noor' },
    }),
  );
}

function removeDrafts(told: Story, count: number): Story {
  return told.days(10).times(count, (inner, turn) =>
    inner.event('tag.deleted', {
      repository: 'lab/drafts',
      tag: `draft-${turn}`,
      actor: { name: 'noor' },
    }),
  );
}

/** Forty nightly images, and a cleaner that takes ten of them, the oldest unless told otherwise. */
function retired({ from = 1, count = 10, cited = false, later = 0, also = '' } = {}): Story {
  const told = story().times(40, (inner, turn) => inner.days(1).push(`night-${turn}`, `n${turn}`));
  if (cited) told.run('n1');
  if (also !== '') told.push(also, 'n40');
  told.days(later).hours(2);
  if (also !== '') told.deleteTag(also, 'cleaner');
  return told.times(count, (inner, turn) => inner.deleteTag(`night-${from + turn - 1}`, 'cleaner'));
}
