import type { Examples } from '../detector.ts';
import { builtReleases, image, plainReleases, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const sideDoorWriteExamples = (): Examples => ({
  fires: [
    {
      name: 'the daily listing shows a version tag at content that nobody pushed',
      ...listed(builtReleases(), 10)
        .days(1)
        .event('registry.snapshot-taken', listing('foreign'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a pull by tag gets content that nobody pushed',
      ...plainReleases()
        .days(1)
        .event('artifact.pulled', {
          repository: 'lab/tool',
          tag: '1.3.0',
          digest: image('foreign'),
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a move says that the tag was elsewhere before',
      ...plainReleases()
        .days(1)
        .event('tag.moved', {
          repository: 'lab/tool',
          tag: '1.3.0',
          from: image('foreign'),
          to: image('next'),
          actor: { name: 'maya' },
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a listing lacks tags that nobody removed',
      ...plainReleases()
        .days(1)
        .event('registry.snapshot-taken', {
          repository: 'lab/tool',
          tags: [{ tag: '1.1.0', digest: image('release-1') }],
          complete: true,
        })
        .example(),
      disposition: 'ticket',
      says: '1.2.0',
    },
    {
      name: 'an image without a tag was inspected that nobody pushed: on record',
      ...plainReleases()
        .days(1)
        .event('artifact.inspected', { repository: 'lab/tool', digest: image('foreign') })
        .example(),
      disposition: 'log',
    },
    {
      name: 'few pushes, but listings have confirmed them for weeks',
      ...listed(fewReleases(), 12)
        .days(1)
        .event('registry.snapshot-taken', listing('foreign'))
        .example(),
      disposition: 'page',
    },
  ],
  silent: [
    {
      name: 'few pushes that no listing ever confirmed prove nothing',
      ...fewReleases().days(1).event('registry.snapshot-taken', listing('foreign')).example(),
    },
    {
      name: 'the listing agrees',
      ...builtReleases().days(1).event('registry.snapshot-taken', listing('release-3')).example(),
    },
    {
      name: 'a move tells where the tag was before the last move',
      ...plainReleases()
        .days(1)
        .move('1.3.0', 'other')
        .event('tag.moved', {
          repository: 'lab/tool',
          tag: '1.3.0',
          from: image('release-3'),
          to: image('another'),
          actor: { name: 'maya' },
        })
        .example(),
    },
    {
      name: 'the same foreign content is pulled again',
      ...plainReleases()
        .days(1)
        .times(2, (told) =>
          told.event('artifact.pulled', {
            repository: 'lab/tool',
            tag: '1.3.0',
            digest: image('foreign'),
          }),
        )
        .example(),
    },
    {
      name: 'a repository whose pushes were never told',
      ...story()
        .event('registry.snapshot-taken', listing('release-3'))
        .days(30)
        .event('registry.snapshot-taken', listing('foreign'))
        .example(),
    },
    {
      name: 'a listing that was read while the push was under way',
      ...plainReleases()
        .days(1)
        .push('1.3.0', 'next')
        .event('registry.snapshot-taken', listing('release-3'))
        .example(),
    },
    {
      name: 'a cache still serves what the tag had before',
      ...plainReleases()
        .days(1)
        .push('1.3.0', 'next')
        .days(2)
        .event('artifact.pulled', {
          repository: 'lab/tool',
          tag: '1.3.0',
          digest: image('release-3'),
        })
        .example(),
    },
  ],
});

function listing(name: string) {
  return {
    repository: 'lab/tool',
    tags: [{ tag: '1.3.0', digest: image(name) }],
    complete: false,
  };
}

function listed(told: Story, days: number): Story {
  return told.times(days, (inner) =>
    inner.days(1).event('registry.snapshot-taken', listing('release-3')),
  );
}

function fewReleases(): Story {
  return story().times(5, (told, turn) => told.days(7).push(`1.${turn}.0`, `release-${turn}`));
}
