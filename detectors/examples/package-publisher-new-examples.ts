import type { Examples } from '../detector.ts';
import { plainPublications, publish, release, releases } from './package-story.ts';
import { image, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const packagePublisherNewExamples = (): Examples => ({
  fires: [
    {
      name: 'a newcomer publishes an established package: on record',
      ...publish(plainPublications().days(1), '1.11.0', {
        publisher: { name: 'newcomer' },
      }).example(),
      disposition: 'log',
    },
    {
      name: 'a newcomer publishes past the pipeline',
      ...publish(releases().days(1), '1.11.0', {
        publisher: { name: 'stranger' },
        digest: image('foreign'),
        attested: false,
      }).example(),
      disposition: 'ticket',
    },
    {
      name: 'who publishes another package of the project for weeks publishes this one, too',
      ...publish(
        plainPublications().times(6, (told, turn) =>
          publish(told.days(3), `2.${turn}.0`, {
            purl: `pkg:pypi/labdata@2.${turn}.0`,
            publisher: { name: 'colleague' },
          }),
        ),
        '1.11.0',
        { publisher: { name: 'colleague' } },
      ).example(),
      disposition: 'log',
      says: 'colleague has published pkg:pypi/labdata 6 times',
    },
    {
      name: 'the same, with code that runs at installation',
      ...publish(releases().days(1), '1.11.0', {
        publisher: { name: 'stranger' },
        digest: image('foreign'),
        attested: false,
        installScript: true,
      }).example(),
      disposition: 'page',
    },
    {
      name: 'the usual account with a credential that it never used: on record',
      ...publish(plainPublications().days(1), '1.11.0', {
        client: { tokenId: 'minted' },
      }).example(),
      disposition: 'log',
    },
    {
      name: 'the credential whose version was removed publishes again',
      ...publish(
        withdraw(
          publish(plainPublications().days(1), '1.11.0', { client: { tokenId: 'minted' } }),
          '1.11.0',
        ),
        '1.12.0',
        { client: { tokenId: 'minted' } },
      ).example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    { name: 'the usual release', ...release(releases(), 11).example() },
    {
      name: 'a young package',
      ...publish(publish(story(), '0.1.0'), '0.2.0', { publisher: { name: 'second' } }).example(),
    },
    {
      name: 'every publication has a credential of its own',
      ...publish(
        story().times(10, (told, turn) =>
          publish(told.days(3), `1.${turn}.0`, { client: { tokenId: `run-${turn}` } }),
        ),
        '1.11.0',
        { client: { tokenId: 'run-11' } },
      ).example(),
    },
    {
      name: 'the registry begins to say who publishes',
      ...publish(
        story().times(10, (told, turn) =>
          told.days(3).event('package.published', { purl: `pkg:pypi/labtool@1.${turn}.0` }),
        ),
        '1.11.0',
      ).example(),
    },
    {
      name: 'the usual publisher removes a broken version and publishes the repaired one',
      ...publish(
        withdraw(publish(plainPublications().days(1), '1.11.0'), '1.11.0'),
        '1.11.1',
      ).example(),
    },
  ],
});

function withdraw(told: Story, version: string): Story {
  return told.event('package.removed', {
    purl: `pkg:pypi/labtool@${version}`,
    publisher: { name: 'owner' },
  });
}
