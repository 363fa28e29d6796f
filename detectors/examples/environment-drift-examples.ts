import type { Examples } from '../detector.ts';
import { image, type Story, story } from './story.ts';

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const environmentDriftExamples = (): Examples => ({
  fires: [
    {
      name: 'two sites get different content under one tag',
      ...runs(['basel', 'one'], ['oslo', 'two']).example(),
      disposition: 'ticket',
    },
    {
      name: 'two sites use different references: on record',
      ...runs(['basel', 'one'])
        .event('workflow-run.finished', run('oslo', 'two', { tag: '2.0' }))
        .example(),
      disposition: 'log',
    },
    {
      name: 'the images agree and the engines do not: on record',
      ...story()
        .event('workflow-run.finished', run('basel', 'one', { engine: 'nextflow 24.04' }))
        .event('workflow-run.finished', run('oslo', 'one', { engine: 'nextflow 22.10' }))
        .example(),
      disposition: 'log',
    },
  ],
  silent: [
    { name: 'two sites use the same image', ...runs(['basel', 'one'], ['oslo', 'one']).example() },
    {
      name: 'the site was told to differ already',
      ...runs(['basel', 'one'], ['oslo', 'two'], ['oslo', 'two']).example(),
    },
    {
      name: 'a site goes on as it was, while another began with something else',
      ...runs(['oslo', 'two'])
        .days(90)
        .event('workflow-run.finished', run('basel', 'one'))
        .event('workflow-run.finished', run('oslo', 'two'))
        .example(),
    },
    {
      name: 'another program in the step is another analysis',
      ...runs(['basel', 'one'])
        .event('workflow-run.finished', {
          ...run('oslo', 'two'),
          steps: [{ name: 'map', repository: 'lab/other', tag: '1.0', digest: image('two') }],
        })
        .example(),
    },
    { name: 'one site moves on alone', ...runs(['basel', 'one'], ['basel', 'two']).example() },
    {
      name: 'the other site has not run it for months',
      ...runs(['basel', 'one'])
        .days(90)
        .event('workflow-run.finished', run('oslo', 'two'))
        .example(),
    },
    {
      name: 'a run that failed says nothing',
      ...runs(['basel', 'one'])
        .event('workflow-run.finished', { ...run('oslo', 'two'), outcome: 'failure' })
        .example(),
    },
  ],
});

function runs(...told: readonly (readonly [site: string, image: string])[]): Story {
  return told.reduce(
    (so, [site, name]) => so.event('workflow-run.finished', run(site, name)),
    story(),
  );
}

function run(
  site: string,
  name: string,
  other: { readonly tag?: string; readonly engine?: string } = {},
) {
  return {
    runId: `${site}-${name}`,
    workflow: 'align',
    site,
    outcome: 'success' as const,
    steps: [
      { name: 'map', repository: 'lab/aligner', tag: other.tag ?? '1.0', digest: image(name) },
    ],
    ...(other.engine === undefined ? {} : { engine: other.engine }),
  };
}
