import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import {
  commitOf,
  nextCommit,
  releaseRuns,
  SOURCE,
  usualRun,
  WORKFLOW,
} from './pipeline-stories.ts';
import { type Story, story } from './story.ts';

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
    {
      name: 'a new workflow file where runs are few: on record',
      ...releaseRuns(undefined, 5).days(1).build('next', usualRun(0xbad, HELPER)).example(),
      disposition: 'log',
    },
    {
      name: 'a new workflow file where runs are rare, after long quiet: on record',
      ...releaseRuns(undefined, 2).days(60).build('next', usualRun(0xbad, HELPER)).example(),
      disposition: 'log',
    },
    {
      name: 'the third source within the hour gets the same new workflow file',
      ...spreading(3).example(),
      disposition: 'ticket',
      says: '2 other sources got a build file of that name',
    },
    {
      name: 'a push touches a workflow where pushes never do: on record before it runs',
      ...pushFiles(pushes(), ['src/main.c', '.github/workflows/scan.yml']).example(),
      disposition: 'log',
    },
    {
      name: 'the same, in the name of somebody else',
      ...pushFiles(pushes(), [WORKFLOW], { author: { name: 'noor' } }).example(),
      disposition: 'log',
      says: 'author-not-pusher',
    },
    {
      name: 'the same by somebody who never pushed here',
      ...pushFiles(pushes(), ['Dockerfile'], { pusher: { name: 'stranger' } }).example(),
      disposition: 'log',
      says: 'pusher-new',
    },
    {
      name: 'the same by a producer that does not name who pushed',
      ...pushFiles(pushes(), ['Dockerfile'], { unnamed: true }).example(),
      disposition: 'log',
    },
  ],
  silent: [
    {
      name: 'a push of other files',
      ...pushFiles(pushes(), ['src/workflows/scan.yml', 'docs/Dockerfile.md/x']).example(),
    },
    {
      name: 'a push that names no files',
      ...pushFiles(pushes(), undefined).example(),
    },
    {
      name: 'a tag whose commit touches the workflow: the branch told it',
      ...pushFiles(pushes(), [WORKFLOW], { ref: 'refs/tags/v9.0.0' }).example(),
    },
    {
      name: 'a branch goes that had touched the workflow',
      ...pushFiles(pushes(), [WORKFLOW], { after: null }).example(),
    },
    {
      name: 'where pushes touch build files now and then',
      ...pushFiles(
        pushes(20, (turn) => (turn % 4 === 0 ? [WORKFLOW] : ['src/main.c'])),
        [WORKFLOW],
      ).example(),
    },
    {
      name: 'after a few pushes',
      ...pushFiles(pushes(5).days(30), [WORKFLOW]).example(),
    },
    {
      name: 'many pushes of a young source',
      ...pushFiles(
        story().times(20, (told, turn) => pushFiles(told.hours(2), [`src/${turn}.c`])),
        [WORKFLOW],
      ).example(),
    },
    {
      name: 'the first push of a source that nobody has heard of',
      ...pushFiles(story(), [WORKFLOW]).example(),
    },
    {
      name: 'the second source within the hour gets the same new workflow file, where runs are few and young',
      ...story()
        .times(2, (told, turn) => told.build(`r-${turn}`, usualRun(turn)))
        .days(3)
        .build('next', usualRun(0xbad, HELPER))
        .example(),
    },
    {
      name: 'a new workflow file where others came now and then',
      ...releaseRuns((turn) =>
        turn % 6 === 0 ? { workflow: { path: `.github/workflows/w${turn}.yml` } } : {},
      )
        .days(1)
        .build('next', usualRun(0xbad, HELPER))
        .example(),
    },
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

const HELPER = { workflow: { path: '.github/workflows/scan.yml' } };

type Push = EventData<'source.ref-updated'>;

function pushFiles(
  told: Story,
  paths: readonly string[] | undefined,
  other: Partial<Push> & { readonly unnamed?: true } = {},
): Story {
  const { unnamed, ...said } = other;
  return told.event('source.ref-updated', {
    sourceRepository: SOURCE,
    ref: 'refs/heads/main',
    after: commitOf(told.events().length + 1000),
    author: { name: 'maya' },
    ...(unnamed === true ? {} : { pusher: { name: 'maya' } }),
    ...(paths === undefined ? {} : { paths: [...paths] }),
    ...said,
  });
}

/** As many pushes, two days apart. */
function pushes(
  turns = 20,
  paths: (turn: number) => readonly string[] = () => ['src/main.c'],
): Story {
  return story().times(turns, (told, turn) => pushFiles(told.days(2), paths(turn)));
}

/** Sources with five releases each get a workflow of one name within the hour. */
function spreading(sources: number): Story {
  const names = Array.from(
    { length: sources },
    (_source, n) => `https://git.example/lab/tool-${n}`,
  );
  const told = names.reduce(
    (before, sourceRepository, n) =>
      before.times(5, (inner, turn) =>
        inner.days(2).build(`release-${n}-${turn}`, usualRun(n * 10 + turn, { sourceRepository })),
      ),
    story(),
  );
  return names.reduce(
    (before, sourceRepository, n) =>
      before.build(`scan-${n}`, usualRun(0xbad + n, { ...HELPER, sourceRepository })),
    told.days(7),
  );
}
