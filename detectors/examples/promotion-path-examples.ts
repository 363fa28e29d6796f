import type { Examples } from '../detector.ts';
import { image, type Story, story } from './story.ts';

const PATH = { promotions: [{ from: 'lab/staging', to: 'lab/prod' }] };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const promotionPathExamples = (): Examples => ({
  fires: [
    {
      name: 'a digest that was never in staging',
      ...promoted(4).push('1.5.0', 'foreign').example(),
      policy: PATH,
      disposition: 'page',
    },
    {
      name: 'a tag that moves to such a digest',
      ...promoted(4).move('1.4.0', 'foreign').example(),
      policy: PATH,
      disposition: 'page',
    },
    {
      name: 'the star of both names is one text',
      ...promoted(4)
        .event('artifact.pushed', {
          repository: 'other/staging',
          digest: image('foreign'),
          tags: ['2.0'],
        })
        .push('2.0', 'foreign')
        .example(),
      policy: { promotions: [{ from: '*/staging', to: '*/prod' }] },
      disposition: 'page',
    },
    {
      name: 'nothing is known of where it should have been: a record',
      ...story('lab/prod').push('1.0.0', 'first').example(),
      policy: PATH,
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'a digest that was in staging first',
      ...promoted(4)
        .event('artifact.pushed', {
          repository: 'lab/staging',
          digest: image('next'),
          tags: ['1.5.0'],
        })
        .push('1.5.0', 'next')
        .example(),
      policy: PATH,
    },
    {
      name: 'any repository of the stage will do',
      ...promoted(4)
        .event('artifact.pushed', {
          repository: 'stage/night',
          digest: image('next'),
          tags: ['1.5.0'],
        })
        .push('1.5.0', 'next')
        .example(),
      policy: { promotions: [{ from: 'stage/*', to: 'lab/prod' }] },
    },
    {
      name: 'another tag for what is in production already',
      ...promoted(4).push('stable', 'i4').example(),
      policy: PATH,
    },
    {
      name: 'an index of parts that were all in staging',
      ...promoted(4)
        .event('artifact.pushed', { repository: 'lab/staging', digest: image('amd'), tags: [] })
        .event('artifact.pushed', { repository: 'lab/staging', digest: image('arm'), tags: [] })
        .event('artifact.pushed', {
          repository: 'lab/prod',
          digest: image('both'),
          tags: ['1.6.0'],
          children: [{ digest: image('amd') }, { digest: image('arm') }],
        })
        .example(),
      policy: PATH,
    },
    {
      name: 'a repository without a path',
      ...story('lab/tool').push('1.0.0', 'x').example(),
      policy: PATH,
    },
  ],
});

function promoted(count: number): Story {
  return story('lab/prod').times(count, (told, turn) =>
    told
      .days(2)
      .event('artifact.pushed', {
        repository: 'lab/staging',
        digest: image(`i${turn}`),
        tags: [`1.${turn}.0`],
        actor: { name: 'maya' },
      })
      .push(`1.${turn}.0`, `i${turn}`),
  );
}
