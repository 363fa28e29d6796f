import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { image, REPOSITORY, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const baseImageAgeExamples = (): Examples => ({
  fires: [
    {
      name: 'a base older than the policy allows',
      ...onBase('base1', 3).days(100).event('artifact.pushed', pushed('late', 'base1')).example(),
      policy: { baseImageMaxDays: 90 },
      disposition: 'ticket',
    },
    {
      name: 'a base that stays four times as long as bases do here: a record',
      ...monthly(6).days(130).event('artifact.pushed', pushed('late', 'base6')).example(),
      disposition: 'log',
    },
    {
      name: 'a build on a base that is too old',
      ...onBase('base1', 3)
        .days(100)
        .build('late', {
          baseImage: { name: 'registry.example/base/os:1', digest: image('base1') },
        })
        .example(),
      policy: { baseImageMaxDays: 30 },
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'a fresh base',
      ...onBase('base1', 3).days(20).event('artifact.pushed', pushed('next', 'base1')).example(),
      policy: { baseImageMaxDays: 90 },
    },
    {
      name: 'said once, it is not said with every image',
      ...onBase('base1', 3)
        .days(100)
        .event('artifact.pushed', pushed('late', 'base1'))
        .days(1)
        .event('artifact.pushed', pushed('later', 'base1'))
        .example(),
      policy: { baseImageMaxDays: 90 },
    },
    {
      name: 'an old base where nobody minds and none was ever changed',
      ...onBase('base1', 3).days(400).event('artifact.pushed', pushed('late', 'base1')).example(),
    },
    {
      name: 'the old base was changed for a new one',
      ...onBase('base1', 3).days(100).event('artifact.pushed', pushed('next', 'base2')).example(),
      policy: { baseImageMaxDays: 90 },
    },
  ],
});

function pushed(name: string, base: string): EventData<'artifact.pushed'> {
  return {
    repository: REPOSITORY,
    digest: image(name),
    tags: [`1.0-${name}`],
    baseImage: { name: 'registry.example/base/os:1', digest: image(base) },
  };
}

function onBase(base: string, count: number): Story {
  return story().times(count, (told, turn) =>
    told.days(5).event('artifact.pushed', pushed(`i${turn}`, base)),
  );
}

function monthly(months: number): Story {
  return story().times(months, (told, turn) =>
    told.days(30).event('artifact.pushed', pushed(`m${turn}`, `base${turn}`)),
  );
}
