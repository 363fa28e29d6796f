import type { Examples } from '../detector.ts';
import { builtReleases, REPOSITORY, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const dormantCredentialExamples = (): Examples => ({
  fires: [
    {
      name: 'a publisher of old comes back after months with a built release: on record',
      ...busy().build('release-99').push('9.9.0', 'release-99', 'ivo').example(),
      disposition: 'log',
    },
    {
      name: 'it comes back and takes a tag that never moved with something that nothing explains',
      ...busy().move('1.3.0', 'foreign', 'ivo').example(),
      disposition: 'ticket',
    },
    {
      name: 'an idle account hides a repository',
      ...busy()
        .event('repository.visibility-changed', {
          repository: REPOSITORY,
          from: 'public',
          to: 'private',
          actor: { name: 'ivo' },
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'it logs in first and removes then',
      ...busy()
        .event('login.succeeded', { actor: { name: 'ivo' } })
        .deleteTag('1.3.0', 'ivo')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a credential made years ago and never used publishes what the pipeline attests',
      ...pipeline()
        .event('package.published', published(99, 'ivo', 'ancient', false))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a credential of before the pipeline publishes again',
      ...pipeline()
        .event('package.published', published(99, 'maya', 'manual', false))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a credential that was revoked is used',
      ...busy()
        .event('token.revoked', { actor: { name: 'maya' }, tokenId: 'deploy' })
        .hours(2)
        .event('token.used', { actor: { name: 'maya' }, tokenId: 'deploy' })
        .example(),
      disposition: 'log',
    },
    {
      name: 'a credential that was replaced by another writes again',
      ...replaced().event('tag.deleted', tagDeletion('old')).example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'somebody who is here every day',
      ...busy().build('release-99').push('9.9.0', 'release-99').example(),
    },
    {
      name: 'somebody who comes every half year',
      ...story()
        .times(6, (told, turn) =>
          told
            .days(180)
            .push(`${turn}.0.0`, `yearly-${turn}`, 'ivo')
            .push('latest', `yearly-${turn}`),
        )
        .days(200)
        .push('7.0.0', 'yearly-7', 'ivo')
        .example(),
    },
    {
      name: 'three weeks of holidays',
      ...builtReleases().days(21).build('release-21').push('1.21.0', 'release-21').example(),
    },
    {
      name: 'somebody nobody has seen before',
      ...busy().build('release-99').push('9.9.0', 'release-99', 'visitor').example(),
    },
    {
      name: 'the second push after the return: it has been said',
      ...busy()
        .build('release-98')
        .push('9.8.0', 'release-98', 'ivo')
        .build('release-99')
        .push('9.9.0', 'release-99', 'ivo')
        .example(),
    },
    {
      name: 'the pipeline publishes as always',
      ...pipeline()
        .event('package.published', published(99, 'ci', undefined, true))
        .example(),
    },
    {
      name: 'a credential for what is done every month, beside one for every day',
      ...story()
        .times(4, (told) =>
          told
            .event('tag.deleted', tagDeletion('monthly'))
            .times(10, (inner) => inner.days(3).event('tag.deleted', tagDeletion('daily'))),
        )
        .event('tag.deleted', tagDeletion('monthly'))
        .example(),
    },
    {
      name: 'two credentials that take turns',
      ...story()
        .times(20, (told, turn) =>
          told.days(2).event('package.published', published(turn, 'maya', `token-${turn % 2}`)),
        )
        .days(2)
        .event('package.published', published(21, 'maya', 'token-1'))
        .example(),
    },
  ],
});

/** Ivo and maya publish every day; then ivo is not seen for half a year, in which maya goes on every ten days. */
function busy(): Story {
  return builtReleases()
    .times(8, (told, turn) =>
      told.days(1).build(`ivo-${turn}`).push(`2.${turn}.0`, `ivo-${turn}`, 'ivo'),
    )
    .event('token.used', { actor: { name: 'maya' }, tokenId: 'deploy' })
    .times(18, (told, turn) =>
      told.days(10).build(`later-${turn}`).push(`3.${turn}.0`, `later-${turn}`),
    );
}

/** Maya published by hand, ivo made a credential that nobody used; then the pipeline took over, attested. */
function pipeline(): Story {
  return story()
    .event('token.created', { actor: { name: 'ivo' }, tokenId: 'ancient' })
    .times(3, (told, turn) =>
      told.days(5).event('package.published', published(turn, 'maya', 'manual', false)),
    )
    .days(100)
    .times(12, (told, turn) =>
      told.days(10).event('package.published', published(turn + 20, 'ci', undefined, true)),
    );
}

/** Maya works with one credential for three weeks and with another one since. */
function replaced(): Story {
  return builtReleases()
    .times(8, (told) => told.days(2).event('tag.deleted', tagDeletion('old')))
    .times(15, (told) => told.days(2).event('tag.deleted', tagDeletion('new')));
}

function tagDeletion(tokenId: string) {
  return {
    repository: REPOSITORY,
    tag: 'nightly',
    actor: { name: 'maya' },
    client: { tokenId },
  };
}

function published(turn: number, by: string, tokenId?: string, attested?: boolean) {
  return {
    purl: `pkg:npm/%40lab/tool@1.0.${turn}`,
    publisher: { name: by },
    ...(tokenId === undefined ? {} : { client: { tokenId } }),
    ...(attested === undefined ? {} : { attested }),
  };
}
