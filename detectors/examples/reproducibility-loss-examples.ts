import type { Examples } from '../detector.ts';
import { image, plainReleases, REPOSITORY, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const reproducibilityLossExamples = (): Examples => ({
  fires: [
    {
      name: 'a digest that a paper cites is deleted',
      ...plainReleases()
        .run('release-4', { tag: '1.4.0', citation: 'doi:10.5555/example' })
        .days(40)
        .deleteImage('release-4')
        .example(),
      disposition: 'page',
    },
    {
      name: 'a digest that one run used is deleted',
      ...plainReleases().run('release-4').days(40).deleteImage('release-4').example(),
      disposition: 'ticket',
    },
    {
      name: 'a digest that many runs used is deleted',
      ...plainReleases()
        .times(6, (told) => told.days(1).run('release-4'))
        .deleteImage('release-4')
        .example(),
      disposition: 'page',
    },
    {
      name: 'retention takes a platform out of a cited index',
      ...indexed(plainReleases())
        .run('index', { citation: 'doi:10.5555/example' })
        .deleteImage('arm')
        .example(),
      disposition: 'page',
    },
    {
      name: 'retention takes a platform out of a tagged index that nobody cites',
      ...indexed(plainReleases()).deleteImage('arm').example(),
      disposition: 'ticket',
    },
    {
      name: 'the tag under which runs found it is removed',
      ...plainReleases().run('release-4', { tag: '1.4.0' }).deleteTag('1.4.0').example(),
      disposition: 'ticket',
    },
    {
      name: 'its last tag moves on: on record',
      ...plainReleases().run('release-4').days(1).push('1.4.0', 'other').example(),
      disposition: 'log',
    },
    {
      name: 'the repository is deleted with it',
      ...plainReleases()
        .run('release-4')
        .event('repository.deleted', { repository: REPOSITORY, actor: { name: 'maya' } })
        .example(),
      disposition: 'page',
    },
    {
      name: 'announced beforehand: somebody has to look after the paper, nobody is woken',
      ...plainReleases()
        .run('release-4', { citation: 'doi:10.5555/example' })
        .event('change.announced', {
          from: '2026-01-01T00:00:00Z',
          until: '2026-12-31T00:00:00Z',
          reason: 'Old versions move to the archive',
        })
        .deleteImage('release-4')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'it goes from a repository of which nothing else was ever seen',
      ...story()
        .run('release-4', { citation: 'doi:10.5555/example' })
        .deleteImage('release-4')
        .example(),
      disposition: 'page',
    },
    {
      name: 'its tag goes, which was set before anything was seen here',
      ...story()
        .run('release-4', { tag: '1.4.0', citation: 'doi:10.5555/example' })
        .event('tag.deleted', {
          repository: REPOSITORY,
          tag: '1.4.0',
          digest: image('release-4'),
          actor: { name: 'maya' },
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the repository is deleted after the last tag had moved on',
      ...plainReleases()
        .run('release-4')
        .push('1.4.0', 'other')
        .event('repository.deleted', { repository: REPOSITORY, actor: { name: 'maya' } })
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'a digest that nobody cites is deleted',
      ...plainReleases().run('release-4').deleteImage('release-5').example(),
    },
    {
      name: 'an untagged child that no index needs is deleted',
      ...plainReleases().push([], 'stray').deleteImage('stray').example(),
    },
    {
      name: 'one of several tags of a cited digest is removed',
      ...plainReleases()
        .push('stable', 'release-4')
        .run('release-4', { tag: '1.4.0' })
        .deleteTag('stable')
        .example(),
    },
    {
      name: 'latest moves on while the cited digest keeps its version tag',
      ...plainReleases()
        .push('latest', 'release-20')
        .run('release-20', { tag: 'latest' })
        .days(1)
        .push(['1.21.0', 'latest'], 'release-21')
        .example(),
    },
    {
      name: 'a push that names the tag it takes twice leaves the other tag alone',
      ...plainReleases()
        .push('stable', 'release-4')
        .run('release-4')
        .push(['stable', 'stable'], 'release-5')
        .example(),
    },
  ],
});

function indexed(told: Story): Story {
  return told.event('artifact.pushed', {
    repository: REPOSITORY,
    digest: image('index'),
    tags: ['2.0.0'],
    children: [{ digest: image('amd') }, { digest: image('arm') }],
    actor: { name: 'maya' },
  });
}
