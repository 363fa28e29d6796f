import type { Examples } from '../detector.ts';
import {
  builtReleases,
  image,
  plainReleases,
  rebuiltReleases,
  type Story,
  story,
} from './story.ts';

const GIT = 'https://git.example/lab/tool';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const bulkRetagExamples = (): Examples => ({
  fires: [
    {
      name: 'three version tags go to a digest that nothing explains',
      ...builtReleases()
        .days(1)
        .times(3, (told, turn) => told.move(`1.${turn}.0`, 'foreign', 'stranger'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'each to another digest, by a publisher of old',
      ...builtReleases()
        .days(1)
        .times(3, (told, turn) => told.move(`1.${turn}.0`, `foreign-${turn}`))
        .example(),
      disposition: 'page',
    },
    {
      name: 'tags that move every week all end at one old image',
      ...rebuiltReleases()
        .days(7)
        .times(4, (told, turn) => told.move(`1.${turn}.0`, 'v1-week-2'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'version tags of a registry without builds are taken',
      ...plainReleases()
        .days(1)
        .times(5, (told, turn) => told.move(`1.${turn}.0`, `other-${turn}`))
        .example(),
      disposition: 'page',
    },
    {
      name: 'git tags that never moved are forced one after the other',
      ...gitReleases()
        .days(1)
        .times(3, (told, turn) => forceTag(told, turn, `bad${turn}`, 'bot'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'the owner points the git tags back: on record',
      ...gitReleases()
        .days(1)
        .times(5, (told, turn) => forceTag(told, turn, `bad${turn}`, 'bot'))
        .hours(4)
        .times(3, (told, turn) => forceTag(told, turn, `good${turn}`, 'maya', `bad${turn}`))
        .example(),
      disposition: 'log',
    },
    {
      name: 'one principal moves a release of each of three repositories',
      ...neighbours()
        .days(1)
        .times(3, (told, turn) =>
          told.event('tag.moved', {
            repository: `lab/tool-${turn}`,
            tag: '1.3.0',
            to: image('foreign'),
            actor: { name: 'stranger' },
          }),
        )
        .example(),
      disposition: 'page',
      says: 'stranger moves tags in 3 repositories at once',
    },
    {
      name: 'builds come after the push here, and none came for the image that four tags went to',
      ...builtLater()
        .push(['1.1.0', '1.2.0', '1.3.0', '1.4.0'], 'foreign')
        .days(1)
        .push('2.0.0', 'late')
        .example(),
      disposition: 'page',
    },
    {
      name: 'an image of this morning that has its names already gets those of four others',
      ...rebuiltReleases()
        .days(7)
        .build('second')
        .push('2.0.0', 'second')
        .hours(5)
        .times(4, (told, turn) => told.move(`1.${turn}.0`, 'second'))
        .example(),
      disposition: 'page',
      says: 'had its names before',
    },
    {
      name: 'a release from a source of the usual owner brings unlike tags together: on record',
      ...rebuiltReleases()
        .days(7)
        .build('merged', { sourceRepository: 'https://git.example/lab/monorepo' })
        .times(4, (told, turn) => told.move(`1.${turn}.0`, 'merged'))
        .example(),
      disposition: 'log',
      says: 'kin-build',
    },
    {
      name: 'a young repository collapses its tags: on record',
      ...story('lab/young')
        .times(6, (told, turn) => told.hours(8).push(`1.${turn}.0`, `young-${turn}`))
        .times(5, (told, turn) => told.move(`1.${turn}.0`, 'one'))
        .example(),
      disposition: 'log',
    },
    {
      name: 'the same by a producer that does not say where the tags were',
      ...gitReleases()
        .days(1)
        .times(3, (told, turn) =>
          told.event('source.ref-updated', {
            sourceRepository: GIT,
            ref: `refs/tags/v1.${turn}.0`,
            after: commit(`bad${turn}`),
            pusher: { name: 'bot' },
          }),
        )
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'git tags that a producer tells again, without saying where they were',
      ...gitReleases()
        .days(1)
        .times(5, (told, turn) =>
          told.event('source.ref-updated', {
            sourceRepository: GIT,
            ref: `refs/tags/v1.${turn}.0`,
            after: commit(`good${turn}`),
            pusher: { name: 'bot' },
          }),
        )
        .example(),
    },
    {
      name: 'a release with four names',
      ...builtReleases()
        .times(4, (told, turn) =>
          told
            .days(1)
            .build(`second-${turn}`)
            .push([`2.${turn}.0`, '2', '2-slim', 'latest'], `second-${turn}`),
        )
        .days(1)
        .build('second-5')
        .push(['2.5.0', '2', '2-slim', 'latest'], 'second-5')
        .example(),
    },
    {
      name: 'the weekly rebuild of all versions',
      ...rebuiltReleases()
        .days(7)
        .times(4, (told, version) =>
          told.build(`v${version}-next`).push(`1.${version}.0`, `v${version}-next`),
        )
        .example(),
    },
    {
      name: 'the first rebuild of all versions, by the usual builder',
      ...builtReleases()
        .days(1)
        .times(20, (told, turn) => told.build(`again-${turn}`).push(`1.${turn}.0`, `again-${turn}`))
        .example(),
    },
    {
      name: 'the first rebuild of all versions, from a source of the usual owner',
      ...builtReleases()
        .days(1)
        .times(20, (told, turn) =>
          told
            .build(`again-${turn}`, { sourceRepository: 'https://git.example/lab/monorepo' })
            .push(`1.${turn}.0`, `again-${turn}`),
        )
        .example(),
    },
    {
      name: 'three tags that move every week wait for a build that never came',
      ...builtLater()
        .push(['1.1.0', '1.2.0', '1.3.0'], 'foreign')
        .days(1)
        .push('2.0.0', 'late')
        .example(),
    },
    {
      name: 'two tags move on one day',
      ...builtReleases()
        .days(1)
        .times(2, (told, turn) => told.move(`1.${turn}.0`, `foreign-${turn}`))
        .example(),
    },
    {
      name: 'the floating git tags follow a release',
      ...gitReleases(true)
        .days(7)
        .times(3, (told, turn) =>
          told.event('source.ref-updated', {
            sourceRepository: GIT,
            ref: `refs/tags/v${turn}`,
            before: commit('float-10'),
            after: commit('next'),
            pusher: { name: 'maya' },
          }),
        )
        .example(),
    },
  ],
});

/** Three repositories with ten releases each. */
function neighbours(): Story {
  return story().times(10, (told, turn) =>
    told.days(2).times(3, (inner, number) =>
      inner.event('artifact.pushed', {
        repository: `lab/tool-${number}`,
        digest: image(`${number}-${turn}`),
        tags: [`1.${turn}.0`],
        actor: { name: 'maya' },
      }),
    ),
  );
}

/** Four lines that are pushed every week, each a little before its build. */
function builtLater(): Story {
  return story().times(8, (told, week) =>
    told
      .days(7)
      .times(4, (inner, line) =>
        inner.push(`1.${line}.0`, `late-${line}-${week}`).hours(0.2).build(`late-${line}-${week}`),
      ),
  );
}

function gitReleases(floating = false): Story {
  return story().times(10, (told, turn) => {
    told.days(7).event('source.ref-updated', {
      sourceRepository: GIT,
      ref: `refs/tags/v1.${turn}.0`,
      before: null,
      after: commit(`good${turn}`),
      pusher: { name: 'maya' },
    });
    if (!floating) return told;
    return told.times(3, (inner, line) =>
      inner.event('source.ref-updated', {
        sourceRepository: GIT,
        ref: `refs/tags/v${line}`,
        before: turn === 1 ? null : commit(`float-${turn - 1}`),
        after: commit(`float-${turn}`),
        pusher: { name: 'maya' },
      }),
    );
  });
}

function forceTag(
  told: Story,
  turn: number,
  after: string,
  by: string,
  before: string = `good${turn}`,
): Story {
  return told.event('source.ref-updated', {
    sourceRepository: GIT,
    ref: `refs/tags/v1.${turn}.0`,
    before: commit(before),
    after: commit(after),
    forced: true,
    pusher: { name: by },
  });
}

function commit(name: string): string {
  return image(name).slice(7, 47);
}
