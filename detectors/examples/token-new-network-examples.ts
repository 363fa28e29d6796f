import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

const OFFICE = { address: '198.51.100.20', userAgent: 'docker/27.1' };
const HOSTING = { address: '203.0.113.77', userAgent: 'curl/8.5' };
const ABROAD = { address: '203.0.113.77', userAgent: 'docker/27.1' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const tokenNewNetworkExamples = (): Examples => ({
  fires: [
    {
      name: 'a login from a network and with a program never seen asks for a look',
      ...settled()
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a login from abroad with the usual program is put on record',
      ...settled()
        .event('login.succeeded', { actor: { name: 'maya' }, client: ABROAD })
        .example(),
      disposition: 'log',
    },
    {
      name: 'what follows such a login takes a tag that never moved',
      ...settled()
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .event('tag.moved', {
          repository: REPOSITORY,
          tag: '1.3.0',
          to: image('foreign'),
          actor: { name: 'maya' },
          client: HOSTING,
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'a credential is made after a strange login and publishes at once',
      ...settled()
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .event('token.created', { actor: { name: 'maya' }, tokenId: 'minted' })
        .event('package.published', {
          purl: 'pkg:pypi/tool@2.0.0',
          publisher: { name: 'maya' },
          client: { tokenId: 'minted' },
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'several accounts come to one hosting network within minutes',
      ...many()
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .event('login.succeeded', { actor: { name: 'noor' }, client: HOSTING })
        .event('login.succeeded', { actor: { name: 'ivo' }, client: ABROAD })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a login from the network of two colleagues is put on record',
      ...neighbours()
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .example(),
      disposition: 'log',
      says: '2 others have worked from this network for weeks',
    },
    {
      name: 'a credential is made, and the next publication does not say which one it used',
      ...settled()
        .event('token.created', { actor: { name: 'maya' }, tokenId: 'minted' })
        .event('package.published', {
          purl: 'pkg:pypi/tool@2.0.0',
          publisher: { name: 'maya' },
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a credential of minutes publishes, and nobody knows from where',
      ...settled()
        .event('token.created', { actor: { name: 'maya' }, tokenId: 'minted' })
        .event('package.published', {
          purl: 'pkg:pypi/tool@2.0.0',
          publisher: { name: 'maya' },
          client: { tokenId: 'minted' },
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a rotation with the old credential revoked is put on record',
      ...settled()
        .event('token.revoked', { actor: { name: 'maya' }, tokenId: 'old' })
        .event('token.created', { actor: { name: 'maya' }, client: OFFICE, tokenId: 'minted' })
        .event('package.published', {
          purl: 'pkg:pypi/tool@2.0.0',
          publisher: { name: 'maya' },
          client: { ...OFFICE, tokenId: 'minted' },
        })
        .example(),
      disposition: 'log',
    },
    {
      name: 'a push from new runners that the usual build explains is put on record',
      ...settled()
        .build('release-31')
        .event('artifact.pushed', { ...pushOf(31), client: ABROAD })
        .example(),
      disposition: 'log',
    },
    {
      name: 'an act that says it happened years ago',
      ...settled()
        .days(-900)
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the usual network and program',
      ...settled().event('artifact.pushed', pushOf(31)).example(),
    },
    {
      name: 'another address of the usual network',
      ...settled()
        .event('artifact.pushed', {
          ...pushOf(31),
          client: { address: '198.51.100.99', userAgent: 'docker/28.0' },
        })
        .example(),
    },
    {
      name: 'somebody who is somewhere else every day',
      ...story()
        .times(30, (told, turn) =>
          told.days(1).event('artifact.pushed', {
            ...pushOf(turn),
            client: { address: `203.0.${turn}.5`, userAgent: 'docker/27.1' },
          }),
        )
        .event('artifact.pushed', { ...pushOf(31), client: ABROAD })
        .example(),
    },
    {
      name: 'the registry begins to name addresses',
      ...story()
        .times(30, (told, turn) =>
          told.days(1).event('artifact.pushed', {
            repository: REPOSITORY,
            digest: image(`release-${turn}`),
            tags: [`1.${turn}.0`],
            actor: { name: 'maya' },
          }),
        )
        .event('artifact.pushed', pushOf(31))
        .example(),
    },
    {
      name: 'somebody nobody knows yet',
      ...settled()
        .event('login.succeeded', { actor: { name: 'noor' }, client: HOSTING })
        .example(),
    },
    {
      name: 'the second login from there: it has been said',
      ...settled()
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .event('login.succeeded', { actor: { name: 'maya' }, client: HOSTING })
        .example(),
    },
    {
      name: 'a credential of hours in the usual hands',
      ...settled()
        .event('token.created', { actor: { name: 'maya' }, client: OFFICE, tokenId: 'minted' })
        .hours(5)
        .event('artifact.pushed', { ...pushOf(31), client: { ...OFFICE, tokenId: 'minted' } })
        .example(),
    },
    {
      name: 'a pipeline that makes a credential for every release',
      ...story()
        .times(20, (told, turn) =>
          told
            .days(1)
            .event('token.created', { actor: { name: 'ci' }, tokenId: `job-${turn}` })
            .event('package.published', {
              purl: `pkg:pypi/tool@1.0.${turn}`,
              publisher: { name: 'ci' },
              client: { tokenId: `job-${turn}` },
            }),
        )
        .event('token.created', { actor: { name: 'ci' }, tokenId: 'job-21' })
        .event('package.published', {
          purl: 'pkg:pypi/tool@1.0.21',
          publisher: { name: 'ci' },
          client: { tokenId: 'job-21' },
        })
        .example(),
    },
  ],
});

/** Thirty releases in as many days, each built and pushed from the office. */
function settled(): Story {
  return story()
    .times(30, (told, turn) =>
      told.days(1).build(`release-${turn}`).event('artifact.pushed', pushOf(turn)),
    )
    .days(1);
}

/** maya works from the office, two colleagues from a network of their own. */
function neighbours(): Story {
  return story()
    .times(20, (told) =>
      ['maya', 'noor', 'ivo'].reduce(
        (inner, name) =>
          inner.event('login.succeeded', {
            actor: { name },
            client: name === 'maya' ? OFFICE : HOSTING,
          }),
        told.days(1),
      ),
    )
    .days(1);
}

/** Three colleagues who log in from three homes. */
function many(): Story {
  return story()
    .times(20, (told) =>
      ['maya', 'noor', 'ivo'].reduce(
        (inner, name, at) =>
          inner.event('login.succeeded', {
            actor: { name },
            client: { address: `198.51.${at}.20`, userAgent: 'docker/27.1' },
          }),
        told.days(1),
      ),
    )
    .days(1);
}

function pushOf(turn: number) {
  return {
    repository: REPOSITORY,
    digest: image(`release-${turn}`),
    tags: [`1.${turn}.0`],
    actor: { name: 'maya' },
    client: OFFICE,
  };
}
