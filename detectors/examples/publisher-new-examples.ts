import type { Examples } from '../detector.ts';
import { builtReleases, plainReleases, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const publisherNewExamples = (): Examples => ({
  fires: [
    {
      name: 'a new colleague publishes a built release: on record',
      ...builtReleases().days(1).build('release-21').push('1.21.0', 'release-21', 'noor').example(),
      disposition: 'log',
    },
    {
      name: 'a stranger pushes something that nothing explains',
      ...builtReleases().days(1).push('1.21.0', 'foreign', 'stranger').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger moves a tag that never moved to something that nothing explains',
      ...builtReleases().days(1).move('1.7.0', 'foreign', 'stranger').example(),
      disposition: 'page',
    },
    {
      name: 'a publisher of old uses a new credential: on record',
      ...tokenReleases().days(1).event('artifact.pushed', tokenPush(31, 'token-b')).example(),
      disposition: 'log',
    },
    {
      name: 'a stranger says that the push happened years ago',
      ...builtReleases().days(-1000).push('1.21.0', 'foreign', 'stranger').example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger pushes an announced tag, and with it one that was not',
      ...builtReleases()
        .event('change.announced', {
          from: '2026-01-01T00:00:00Z',
          until: '2026-12-31T00:00:00Z',
          reason: 'The nightly build moves',
          tags: ['nightly'],
        })
        .days(1)
        .push(['nightly', '1.21.0'], 'foreign', 'stranger')
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a publisher of old',
      ...builtReleases().days(1).build('release-21').push('1.21.0', 'release-21').example(),
    },
    {
      name: 'the second push of the new colleague',
      ...builtReleases()
        .days(1)
        .push('1.21.0', 'release-21', 'noor')
        .push('1.22.0', 'release-22', 'noor')
        .example(),
    },
    {
      name: 'a young repository finds its people',
      ...story().days(1).push('0.1.0', 'one').days(1).push('0.2.0', 'two', 'noor').example(),
    },
    {
      name: 'the registry does not say who pushed',
      ...plainReleases()
        .days(1)
        .event('artifact.pushed', {
          repository: 'lab/tool',
          digest: `sha256:${'5'.repeat(64)}`,
          tags: ['1.21.0'],
        })
        .example(),
    },
    {
      name: 'the credential of old',
      ...tokenReleases().days(1).event('artifact.pushed', tokenPush(31, 'token-a')).example(),
    },
    {
      name: 'the registry begins to name credentials',
      ...story('lab/tokens')
        .times(30, (told, turn) =>
          told.days(1).event('artifact.pushed', {
            ...tokenPush(turn, ''),
            client: { userAgent: 'docker/27.0' },
          }),
        )
        .event('artifact.pushed', tokenPush(31, 'token-a'))
        .example(),
    },
  ],
});

function tokenReleases() {
  return story('lab/tokens').times(30, (told, turn) =>
    told.days(1).event('artifact.pushed', tokenPush(turn, 'token-a')),
  );
}

function tokenPush(turn: number, tokenId: string) {
  return {
    repository: 'lab/tokens',
    digest: `sha256:${turn.toString(16).padStart(64, '0')}`,
    tags: [`1.${turn}.0`],
    actor: { name: 'maya' },
    client: { tokenId },
  };
}
