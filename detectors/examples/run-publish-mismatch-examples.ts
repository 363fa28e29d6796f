import type { Examples } from '../detector.ts';
import { commitOf, releaseRuns, SOURCE, usualRun } from './pipeline-stories.ts';
import { image, REPOSITORY, type Story } from './story.ts';

const PUBLISHED = [
  { name: 'build', outcome: 'success' },
  { name: 'Publish image', outcome: 'success' },
] as const;
const SKIPPED = [
  { name: 'build', outcome: 'success' },
  { name: 'Publish image', outcome: 'skipped' },
] as const;

const publishing = (turns?: number) =>
  releaseRuns(() => ({ steps: [...PUBLISHED] }), turns).days(1);

const fromComment = {
  runId: 'comment-1',
  sourceRepository: SOURCE,
  workflow: { path: '.github/workflows/answer.yml' },
  trigger: 'issue_comment',
  actor: { name: 'throw-away' },
} as const;

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const runPublishMismatchExamples = (): Examples => ({
  fires: [
    {
      name: 'a release is pushed though its run skipped the publishing step',
      ...publishing()
        .build('quiet', usualRun(21, { steps: [...SKIPPED] }))
        .push('1.21.0', 'quiet')
        .example(),
      disposition: 'page',
    },
    {
      name: 'what a failed run made is pushed',
      ...publishing()
        .build('broken', usualRun(21, { outcome: 'failure' }))
        .push('1.21.0', 'broken')
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a stranger pushes what a failed run made',
      ...publishing()
        .build('broken', usualRun(21, { outcome: 'failure' }))
        .push('1.21.0', 'broken', 'stranger')
        .example(),
      disposition: 'ticket',
      says: 'stranger has never published here',
    },
    {
      name: 'the run fails after the push of what it made',
      ...publishing()
        .push('1.21.0', 'broken')
        .build('broken', usualRun(21, { outcome: 'failure' }))
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a package is published from a commit whose run skipped the publishing step',
      ...publishing()
        .build('quiet', usualRun(21, { steps: [...SKIPPED] }))
        .event('package.published', {
          purl: 'pkg:pypi/tool@1.21.0',
          sourceRepository: SOURCE,
          commit: commitOf(21),
        })
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'a comment of somebody unknown runs with the rights of the repository',
      ...publishing().event('build.started', fromComment).example(),
      disposition: 'ticket',
    },
    {
      name: 'the run of a comment publishes',
      ...publishing()
        .event('build.started', fromComment)
        .event('build.finished', {
          ...fromComment,
          outcome: 'success',
          outputs: [{ repository: REPOSITORY, digest: image('odd') }],
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'the release workflow is set off by a bot, for a commit that was on no branch',
      ...publishing()
        .event('build.started', {
          runId: 'odd',
          sourceRepository: SOURCE,
          ...usualRun(0xbad, {
            trigger: 'workflow_dispatch',
            ref: 'refs/heads/fix',
            actor: { name: 'forge[bot]' },
          }),
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'a release restores a cache that a proposal wrote',
      ...publishing()
        .event('build.finished', {
          runId: 'proposal',
          sourceRepository: SOURCE,
          ref: 'refs/pull/7/merge',
          outcome: 'success',
          caches: [{ key: 'deps', use: 'saved' }],
        })
        .build('next', usualRun(21, { caches: [{ key: 'deps', use: 'restored' }] }))
        .example(),
      disposition: 'page',
    },
    {
      name: 'a proposal of a stranger runs where only the source itself did',
      ...proposed(withProposals(), 'https://ci.example/runners', 'stranger').example(),
      disposition: 'ticket',
      says: "where only the source's own runs were",
    },
    {
      name: 'the same by somebody who is known: on record',
      ...proposed(withProposals(), 'https://ci.example/runners', 'maya').example(),
      disposition: 'log',
    },
    {
      name: 'the same after a week of proposals: on record',
      ...proposed(withProposals(5), 'https://ci.example/runners', 'stranger').example(),
      disposition: 'ticket',
      says: '"base":0.3',
    },
  ],
  silent: [
    {
      name: 'a release whose run published it',
      ...publishing()
        .build('next', usualRun(21, { steps: [...PUBLISHED] }))
        .push('1.21.0', 'next')
        .example(),
    },
    {
      name: 'a second attempt published what the first could not',
      ...publishing()
        .build('next', usualRun(21, { steps: [...SKIPPED], attempt: 1 }))
        .build('next', usualRun(21, { steps: [...PUBLISHED], attempt: 2 }))
        .push('1.21.0', 'next')
        .example(),
    },
    {
      name: 'a run that fails after it has published',
      ...publishing()
        .build(
          'next',
          usualRun(21, {
            outcome: 'failure',
            steps: [...PUBLISHED, { name: 'notify', outcome: 'failure' }],
          }),
        )
        .push('1.21.0', 'next')
        .example(),
    },
    {
      name: 'a maintainer answers a comment with a run',
      ...publishing()
        .event('build.started', { ...fromComment, actor: { name: 'maya' } })
        .example(),
    },
    {
      name: 'a new colleague releases in the usual way',
      ...publishing()
        .build('next', usualRun(21, { actor: { name: 'noor' } }))
        .example(),
    },
    {
      name: 'a proposal on the builder of proposals',
      ...proposed(withProposals(), 'https://ci.example/hosted', 'stranger').example(),
    },
    {
      name: 'a proposal that does not say where it runs',
      ...proposed(withProposals(), undefined, 'stranger').example(),
    },
    {
      name: 'a proposal on a builder that nobody has seen',
      ...proposed(withProposals(), 'https://ci.example/other', 'stranger').example(),
    },
    {
      name: 'a proposal where few were seen',
      ...proposed(withProposals(2), 'https://ci.example/runners', 'stranger').example(),
    },
    {
      name: 'a proposal where proposals run on many builders',
      ...proposed(
        withProposals(20, (turn) => `https://ci.example/hosted-${turn % 5}`),
        'https://ci.example/runners',
        'stranger',
      ).example(),
    },
    {
      name: 'a run of the source itself, on its own builder',
      ...withProposals().build('next', usualRun(21)).example(),
    },
    {
      name: 'the end of a proposal that was judged when it began',
      ...proposed(withProposals(), 'https://ci.example/runners', 'stranger')
        .event('build.finished', {
          ...PROPOSAL,
          runId: 'proposal-odd',
          builderId: 'https://ci.example/runners',
          actor: { name: 'stranger' },
          outcome: 'success',
        })
        .example(),
    },
    {
      name: 'a proposal of a newcomer that runs without rights',
      ...publishing()
        .event('build.started', {
          ...fromComment,
          trigger: 'pull_request',
          ref: 'refs/pull/7/merge',
        })
        .example(),
    },
    {
      name: 'a release restores a cache of its own',
      ...publishing()
        .build('one', usualRun(21, { caches: [{ key: 'deps', use: 'saved' }] }))
        .build('next', usualRun(21, { caches: [{ key: 'deps', use: 'restored' }] }))
        .example(),
    },
  ],
});

const PROPOSAL = {
  sourceRepository: SOURCE,
  ...usualRun(7, { ref: 'refs/pull/7/merge', trigger: 'pull_request' }),
};

function proposed(told: Story, builderId: string | undefined, by: string, runId = 'odd'): Story {
  return told.event('build.started', {
    ...PROPOSAL,
    runId: `proposal-${runId}`,
    actor: { name: by },
    ...(builderId === undefined ? {} : { builderId }),
  });
}

/** Releases on the source's own builder, and proposals on another. */
function withProposals(
  turns = 20,
  builderOf: (turn: number) => string = () => 'https://ci.example/hosted',
): Story {
  return releaseRuns(undefined, 8).times(turns, (told, turn) =>
    proposed(told.days(2), builderOf(turn), 'noor', `${turn}`),
  );
}
