import type { Examples } from '../detector.ts';
import { commit, pushBranch } from './git-story.ts';
import { nextCommit, releaseRuns, usualRun } from './pipeline-stories.ts';
import { builtReleases, image, REPOSITORY, story } from './story.ts';

const OTHER = 'lab/other';
const FOREIGN = 'https://git.example/stranger/tool';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const builderChangedExamples = (): Examples => ({
  fires: [
    {
      name: 'a build from a source that this repository was never built from',
      ...builtReleases().days(1).build('forked', { sourceRepository: FOREIGN }).example(),
      disposition: 'page',
      says: image('forked'),
    },
    {
      name: 'a build by a builder that nobody in the project knows',
      ...builtReleases().days(1).build('odd', { builderId: 'laptop' }).example(),
      disposition: 'page',
    },
    {
      name: 'an unknown builder builds what came by a branch that was observed: work, not an alarm',
      ...nextCommit(releaseRuns().days(1), 21)
        .build('odd', usualRun(21, { builderId: 'https://other-ci.example/hosted' }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the source moved: commits that were built here before, under an owner named alike',
      ...story()
        .times(20, (told, turn) =>
          told.days(1).build(`release-${turn}`, { commit: `c0ffee${turn}` }),
        )
        .days(1)
        .build('again', {
          sourceRepository: 'https://git.example/tool-project/tool',
          commit: 'c0ffee20',
        })
        .example(),
      disposition: 'log',
    },
    {
      name: 'another builder of the provider builds a commit of the usual branch: on record',
      ...pushBranch(builtReleases().days(1), 'next')
        .build('next', { builderId: 'https://ci.example/large', commit: commit('next') })
        .example(),
      disposition: 'log',
      says: 'usual-way',
    },
    {
      name: 'another source of the same owner: work, not an alarm',
      ...builtReleases()
        .days(1)
        .build('moved', { sourceRepository: 'https://git.example/lab/monorepo.git' })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the next version of the usual runner: on record',
      ...story()
        .times(20, (told, turn) =>
          told.days(1).build(`release-${turn}`, { builderId: 'https://ci.example/ubuntu-22.04' }),
        )
        .days(1)
        .build('next', { builderId: 'https://ci.example/ubuntu-24.04' })
        .example(),
      disposition: 'log',
    },
    {
      name: 'another pool of the same provider',
      ...builtReleases()
        .days(1)
        .build('pool', { builderId: 'https://ci.example/self-hosted' })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a run begins at an unknown builder; what it makes is not known yet',
      ...builtReleases()
        .days(1)
        .event('build.started', {
          runId: 'odd',
          builderId: 'laptop',
          sourceRepository: 'https://git.example/lab/tool',
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'verified provenance names a foreign source, where nothing else tells of the build',
      ...story()
        .times(20, (told, turn) =>
          told.days(1).event('attestation.attached', {
            repository: REPOSITORY,
            digest: image(`release-${turn}`),
            predicateType: 'https://slsa.dev/provenance/v1',
            builderId: 'https://ci.example/runners',
            sourceRepository: 'https://git.example/lab/tool',
            verified: true,
          }),
        )
        .days(1)
        .event('attestation.attached', {
          repository: REPOSITORY,
          digest: image('forked'),
          predicateType: 'https://slsa.dev/provenance/v1',
          builderId: 'https://ci.example/runners',
          sourceRepository: FOREIGN,
          verified: true,
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'four foreign sources that came for a day each are no habit that hides the fifth',
      ...builtReleases()
        .times(4, (told, turn) =>
          told
            .days(9)
            .build(`forked-${turn}`, { sourceRepository: `${FOREIGN}-${turn}` })
            .days(2)
            .build(`usual-${turn}`),
        )
        .days(9)
        .build('forked', { sourceRepository: FOREIGN })
        .example(),
      disposition: 'page',
    },
    {
      name: 'the builds of another repository move to the builder that was told this morning: work, not an alarm',
      ...story()
        .times(20, (told, turn) =>
          told
            .days(1)
            .build(`release-${turn}`)
            .build(`other-${turn}`, { outputs: [{ repository: OTHER, digest: image('other') }] }),
        )
        .days(1)
        .build('moved', { builderId: 'https://other-ci.example/hosted' })
        .hours(4)
        .build('moved-too', {
          builderId: 'https://other-ci.example/hosted',
          outputs: [{ repository: OTHER, digest: image('moved-too') }],
        })
        .example(),
      disposition: 'ticket',
      says: 'told-today',
    },
    {
      name: 'a foreign source returns after the usual one went on',
      ...builtReleases()
        .days(1)
        .build('forked', { sourceRepository: FOREIGN })
        .times(9, (told, turn) => told.days(1).build(`usual-${turn}`))
        .build('forked-again', { sourceRepository: FOREIGN })
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a fifth source where four fill the repository',
      ...builtReleases()
        .times(4, (told, turn) =>
          told
            .days(9)
            .build(`one-${turn}`, { sourceRepository: `${FOREIGN}-1` })
            .build(`two-${turn}`, { sourceRepository: `${FOREIGN}-2` })
            .build(`three-${turn}`, { sourceRepository: `${FOREIGN}-3` })
            .build(`usual-${turn}`),
        )
        .days(9)
        .build('forked', { sourceRepository: FOREIGN })
        .example(),
    },
    { name: 'the usual source and builder', ...builtReleases().days(1).build('next').example() },
    {
      name: 'another spelling of the usual source',
      ...builtReleases()
        .days(1)
        .build('next', { sourceRepository: 'git@git.example:lab/tool.git' })
        .example(),
    },
    {
      name: 'a repository that is two builds old',
      ...story().days(1).build('one').days(1).build('two', { sourceRepository: FOREIGN }).example(),
    },
    {
      name: 'a build that says neither source nor builder',
      ...builtReleases()
        .days(1)
        .event('build.finished', {
          runId: 'bare',
          outcome: 'success',
          outputs: [{ repository: REPOSITORY, digest: image('bare') }],
        })
        .example(),
    },
    {
      name: 'the foreign source was told yesterday',
      ...builtReleases()
        .days(1)
        .build('forked', { sourceRepository: FOREIGN })
        .days(1)
        .build('forked-again', { sourceRepository: FOREIGN })
        .example(),
    },
    {
      name: 'a second source that came while the repository was young',
      ...story()
        .times(12, (told, turn) => told.hours(12).build(`release-${turn}`))
        .hours(12)
        .build('other', { sourceRepository: FOREIGN })
        .days(8)
        .build('other-again', { sourceRepository: FOREIGN })
        .example(),
    },
    {
      name: 'a run of a foreign source that failed',
      ...builtReleases()
        .days(1)
        .build('forked', { sourceRepository: FOREIGN, outcome: 'failure' })
        .example(),
    },
  ],
});
