import type { Examples } from '../detector.ts';
import { nextCommit, releaseRuns, SOURCE, usualRun, WORKFLOW } from './pipeline-stories.ts';

const OTHER = { path: WORKFLOW, digest: 'sha256:two' };

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const buildScriptChangedExamples = (): Examples => ({
  fires: [
    {
      name: 'a maintainer changes the workflow on the main branch: on record',
      ...nextCommit(releaseRuns().days(1), 21)
        .build('next', usualRun(21, { workflow: OTHER }))
        .example(),
      disposition: 'log',
    },
    {
      name: 'the release workflow is another one, in a commit that was on no branch',
      ...releaseRuns()
        .days(1)
        .build('next', usualRun(0xbad, { workflow: OTHER }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the same, set off by somebody who never did: known when the run begins',
      ...releaseRuns()
        .days(1)
        .event('build.started', {
          runId: 'odd',
          sourceRepository: SOURCE,
          ...usualRun(0xbad, { workflow: OTHER, actor: { name: 'stranger' } }),
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'a new workflow file runs on behalf of a proposal of a stranger',
      ...releaseRuns()
        .days(1)
        .build(
          'next',
          usualRun(0xbad, {
            workflow: { path: '.github/workflows/helper.yml' },
            trigger: 'pull_request_target',
            ref: 'refs/pull/7/merge',
            actor: { name: 'stranger' },
          }),
        )
        .example(),
      disposition: 'ticket',
    },
  ],
  silent: [
    {
      name: 'the workflow is the one it always was',
      ...releaseRuns().days(1).build('next', usualRun(21)).example(),
    },
    {
      name: 'a workflow that changes every few runs',
      ...releaseRuns((turn) => ({
        workflow: { path: WORKFLOW, digest: `sha256:${Math.floor(turn / 3)}` },
      }))
        .days(1)
        .build('next', usualRun(21, { workflow: OTHER }))
        .example(),
    },
    {
      name: 'a young pipeline',
      ...releaseRuns(undefined, 3)
        .days(1)
        .build('next', usualRun(21, { workflow: OTHER }))
        .example(),
    },
    {
      name: 'the producer begins to send the digest',
      ...releaseRuns(() => ({ workflow: { path: WORKFLOW } }))
        .days(1)
        .build('next', usualRun(21))
        .example(),
    },
    {
      name: 'the end of a run whose start was told',
      ...releaseRuns()
        .days(1)
        .event('build.started', {
          runId: 'odd',
          sourceRepository: SOURCE,
          ...usualRun(0xbad, { workflow: OTHER }),
        })
        .build('next', usualRun(0xbad, { runId: 'odd', workflow: OTHER }))
        .example(),
    },
  ],
});
