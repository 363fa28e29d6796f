import type { Examples } from '../detector.ts';
import { image, plainReleases, type Story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const staleMirrorExamples = (): Examples => ({
  fires: [
    {
      name: 'a deleted image comes from a mirror the next day',
      ...deleted().days(1).event('artifact.pulled', pull('mirror.site.example')).example(),
      disposition: 'ticket',
    },
    {
      name: 'what is known to be bad comes from a mirror',
      ...deleted()
        .run('release-3')
        .event('digest.tainted', { digest: image('release-3'), reason: 'backdoor' })
        .days(1)
        .event('artifact.pulled', pull('mirror.site.example'))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a run still gets a deleted image from an unnamed cache: on record',
      ...plainReleases()
        .event('artifact.pushed', {
          registry: 'registry.example',
          repository: 'lab/tool',
          digest: image('bad'),
          tags: ['3.0.0'],
        })
        .event('artifact.deleted', {
          registry: 'registry.example',
          repository: 'lab/tool',
          digest: image('bad'),
        })
        .days(1)
        .run('bad')
        .example(),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'a pull that was under way',
      ...deleted().hours(0.2).event('artifact.pulled', pull('mirror.site.example')).example(),
    },
    {
      name: 'the same mirror again',
      ...deleted()
        .days(1)
        .times(2, (told) => told.event('artifact.pulled', pull('mirror.site.example')))
        .example(),
    },
    {
      name: 'the image was pushed back',
      ...deleted()
        .push('1.3.0', 'release-3')
        .days(1)
        .event('artifact.pulled', pull('mirror.site.example'))
        .example(),
    },
  ],
});

function deleted(): Story {
  return plainReleases()
    .event('artifact.pushed', {
      registry: 'registry.example',
      repository: 'lab/tool',
      digest: image('release-3'),
      tags: [],
    })
    .deleteImage('release-3');
}

function pull(registry: string) {
  return { registry, repository: 'lab/tool', digest: image('release-3') };
}
