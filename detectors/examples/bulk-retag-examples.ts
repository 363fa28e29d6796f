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
      name: 'a young repository collapses its tags: on record',
      ...story('lab/young')
        .times(6, (told, turn) => told.hours(8).push(`1.${turn}.0`, `young-${turn}`))
        .times(5, (told, turn) => told.move(`1.${turn}.0`, 'one'))
        .example(),
      disposition: 'log',
    },
  ],
  silent: [
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
