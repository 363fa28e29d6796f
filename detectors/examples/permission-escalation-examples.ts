import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { builtReleases, image, REPOSITORY, type Story } from './story.ts';

const OFFICE = { address: '198.51.100.20' };
const HOSTING = { address: '203.0.113.77' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const permissionEscalationExamples = (): Examples => ({
  fires: [
    {
      name: 'a publisher makes itself owner',
      ...governed()
        .event('role.granted', grant('maya', 'maya', 'owner'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'somebody who never gave rights makes a stranger administrator',
      ...governed()
        .event('role.granted', grant('maya', 'visitor', 'admin'))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the usual administrator takes somebody on: on record',
      ...governed()
        .event('member.added', {
          actor: { name: 'admin' },
          subject: { name: 'noor' },
          group: 'developers',
        })
        .example(),
      disposition: 'log',
    },
    {
      name: 'a robot that only ever pushed hides a repository',
      ...governed().event('repository.visibility-changed', visibility('maya', 'private')).example(),
      disposition: 'ticket',
      says: 'never did so","effect":0.15',
    },
    {
      name: 'an owner on record hides a repository: on record',
      ...governed()
        .event('role.granted', grant('admin', 'maya', 'owner'))
        .days(2)
        .event('repository.visibility-changed', visibility('maya', 'private'))
        .example(),
      disposition: 'log',
      says: 'A grant on record gives it such power',
    },
    {
      name: 'who made a repository weeks ago publishes it',
      ...governed()
        .days(40)
        .event('artifact.pushed', {
          repository: 'lab/young',
          digest: image('young'),
          tags: ['0.1.0'],
          actor: { name: 'maya' },
        })
        .days(5)
        .event('repository.visibility-changed', {
          ...visibility('maya', 'public'),
          repository: 'lab/young',
        })
        .example(),
      disposition: 'ticket',
      says: 'The repository is new, and this is one of its publishers',
    },
    {
      name: 'the same from a network that it never used',
      ...governed()
        .event('repository.visibility-changed', {
          ...visibility('maya', 'private'),
          client: HOSTING,
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'a stranger without any grant removes one thing after another',
      ...governed()
        .times(5, (told, turn) => told.deleteTag(`1.${turn}.0`, 'visitor'))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a credential for more than all credentials before',
      ...governed()
        .times(3, (told, turn) =>
          told.days(3).event('token.created', {
            actor: { name: 'maya' },
            tokenId: `t${turn}`,
            scopes: ['repository:push'],
          }),
        )
        .event('token.created', {
          actor: { name: 'maya' },
          tokenId: 't4',
          scopes: ['repository:push', 'org:admin'],
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'somebody whom nobody has seen makes a mighty credential, and no grant is on record',
      ...governed()
        .event('token.created', {
          actor: { name: 'xc9f2q' },
          tokenId: 't9',
          scopes: ['org:admin'],
        })
        .example(),
      disposition: 'ticket',
      says: 'whom nobody has seen',
    },
  ],
  silent: [
    {
      name: 'somebody whom nobody has seen makes a credential to push',
      ...governed()
        .event('token.created', {
          actor: { name: 'noor' },
          tokenId: 't9',
          scopes: ['repository:push'],
        })
        .example(),
    },
    {
      name: 'somebody new makes a mighty credential after a grant',
      ...governed()
        .event('role.granted', grant('admin', 'noor', 'maintainer'))
        .event('token.created', { actor: { name: 'noor' }, tokenId: 't9', scopes: ['org:admin'] })
        .example(),
    },
    {
      name: 'the same where no grants are on record',
      ...builtReleases()
        .event('token.created', { actor: { name: 'noor' }, tokenId: 't9', scopes: ['org:admin'] })
        .example(),
    },
    {
      name: 'the operator hides a repository after somebody struck there',
      ...governed()
        .days(1)
        .move('1.3.0', 'foreign', 'visitor')
        .event('repository.visibility-changed', visibility('operator', 'private'))
        .example(),
    },
    {
      name: 'the repository comes back the same day',
      ...governed()
        .event('repository.visibility-changed', visibility('maya', 'private'))
        .hours(8)
        .event('repository.visibility-changed', {
          repository: REPOSITORY,
          to: 'public',
          actor: { name: 'owner' },
        })
        .example(),
    },
    {
      name: 'a role that was held before',
      ...governed()
        .event('role.granted', grant('admin', 'noor', 'developer'))
        .event('role.granted', grant('maya', 'noor', 'developer'))
        .example(),
    },
    {
      name: 'a cleaner that nobody gave anything, and that removed yesterday too',
      ...governed()
        .times(2, (told, turn) =>
          told
            .days(1)
            .times(5, (inner, part) =>
              inner
                .push(`${turn}.${part}.9`, `image-${turn}-${part}`)
                .deleteTag(`${turn}.${part}.9`, 'cleaner'),
            ),
        )
        .example(),
    },
    {
      name: 'a credential like those before',
      ...governed()
        .times(4, (told, turn) =>
          told.days(3).event('token.created', {
            actor: { name: 'maya' },
            tokenId: `t${turn}`,
            scopes: ['repository:push'],
          }),
        )
        .example(),
    },
    {
      name: 'a maintainer on record removes much for the first time',
      ...governed()
        .event('role.granted', grant('admin', 'curator', 'maintainer'))
        .days(2)
        .times(5, (told, turn) => told.deleteTag(`1.${turn}.0`, 'curator'))
        .example(),
    },
    {
      name: 'an owner withdraws two versions',
      ...governed().deleteTag('1.1.0', 'visitor').deleteImage('release-2', 'visitor').example(),
    },
  ],
});

/** Releases of twenty days by maya from the office, and an administrator who took four people on. */
function governed(): Story {
  return builtReleases()
    .times(4, (told, turn) =>
      told
        .days(4)
        .event('role.granted', grant('admin', `person-${turn}`, 'developer'))
        .event('artifact.pushed', {
          repository: REPOSITORY,
          digest: image(`extra-${turn}`),
          tags: [`2.${turn}.0`],
          actor: { name: 'maya' },
          client: OFFICE,
        })
        .event('login.succeeded', { actor: { name: 'maya' }, client: OFFICE }),
    )
    .days(1);
}

function grant(by: string, to: string, role: string): EventData<'role.granted'> {
  return { actor: { name: by }, subject: { name: to }, role };
}

function visibility(
  by: string,
  to: 'private' | 'public',
): EventData<'repository.visibility-changed'> {
  return {
    repository: REPOSITORY,
    from: to === 'private' ? 'public' : 'private',
    to,
    actor: { name: by },
  };
}
