import type { Examples } from '../detector.ts';
import { image, plainReleases, type Story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const runTagDriftExamples = (): Examples => ({
  fires: [
    {
      name: 'a version tag that a run used goes elsewhere',
      ...plainReleases().run('release-3', { tag: '1.3.0' }).days(1).push('1.3.0', 'next').example(),
      disposition: 'ticket',
    },
    {
      name: 'the image of a published run moves on with latest',
      ...plainReleases()
        .push('latest', 'release-20')
        .run('release-20', { tag: 'latest', citation: 'doi:10.1/x' })
        .days(1)
        .push('latest', 'next')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'two runs of a workflow got different images under one moving tag: on record',
      ...twice(plainReleases(), 'one', 'two').example(),
      disposition: 'log',
    },
    {
      name: 'the same, and the later run is published',
      ...twice(plainReleases(), 'one', 'two', 'doi:10.1/y').example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    { name: 'two runs got the same image', ...twice(plainReleases(), 'one', 'one').example() },
    {
      name: 'a tag that no run used goes elsewhere',
      ...plainReleases().run('release-3', { tag: '1.3.0' }).push('1.4.0', 'next').example(),
    },
    {
      name: 'another run that used it by digest does not mind',
      ...plainReleases().run('release-3').days(1).push('1.3.0', 'next').example(),
    },
    {
      name: 'another workflow uses another image',
      ...plainReleases()
        .event('workflow-run.finished', run('a', 'one', 'first'))
        .event('workflow-run.finished', run('b', 'two', 'second'))
        .example(),
    },
  ],
});

function twice(told: Story, first: string, second: string, citation?: string): Story {
  return told
    .event('workflow-run.finished', run('run-a', first, 'align'))
    .days(3)
    .event('workflow-run.finished', {
      ...run('run-b', second, 'align'),
      ...(citation === undefined ? {} : { citation }),
    });
}

function run(runId: string, name: string, workflow: string) {
  return {
    runId,
    workflow,
    outcome: 'success' as const,
    steps: [{ name: 'map', repository: 'lab/aligner', tag: 'latest', digest: image(name) }],
  };
}
