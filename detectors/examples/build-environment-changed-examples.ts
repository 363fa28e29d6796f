import type { EventData } from '../../services/core/events/catalogue.ts';
import type { Examples } from '../detector.ts';
import { nextCommit, releaseRuns, SOURCE, usualRun } from './pipeline-stories.ts';
import { type Story, story } from './story.ts';

type Run = Partial<EventData<'build.finished'>>;

const ENVIRONMENT = [
  { name: 'CI', valueDigest: 'hmac:true' },
  { name: 'CACHE_DIR', valueDigest: 'hmac:cache' },
];

const FEATURE = { name: 'FEATURE', valueDigest: 'hmac:on' };

function stable(turn: number): Run {
  return {
    environment: [...ENVIRONMENT, { name: 'RUN_NUMBER', valueDigest: `hmac:${turn}` }],
    parameters: { target: 'release' },
    flags: ['-O2', '-fstack-protector-strong'],
  };
}

function next(other: Run, told: Story = releaseRuns(stable)) {
  return nextCommit(told.days(1), 21)
    .build('next', usualRun(21, { ...stable(21), ...other }))
    .example();
}

/** Stories on which the rule speaks, and stories on which it stays silent. */
export const buildEnvironmentChangedExamples = (): Examples => ({
  fires: [
    {
      name: 'a maintainer adds a variable: on record',
      ...next({
        environment: [...ENVIRONMENT, FEATURE],
        workflow: { path: '.github/workflows/release.yml', digest: 'sha256:two' },
      }),
      disposition: 'log',
    },
    {
      name: 'two other workflows got the same variable before: on record',
      ...next(
        { environment: [...ENVIRONMENT, FEATURE] },
        ['test.yml', 'docs.yml'].reduce(
          (told, path) =>
            told
              .times(10, (inner, turn) =>
                inner.build(
                  `${path}-${turn}`,
                  usualRun(turn, { ...stable(turn), workflow: { path } }),
                ),
              )
              .build(
                path,
                usualRun(20, { environment: [...ENVIRONMENT, FEATURE], workflow: { path } }),
              ),
          releaseRuns(stable),
        ),
      ),
      disposition: 'log',
      says: 'many-pipelines',
    },
    {
      name: 'a variable that makes tools load something else',
      ...releaseRuns(stable)
        .days(1)
        .build(
          'next',
          usualRun(21, {
            ...stable(21),
            environment: [...ENVIRONMENT, { name: 'LD_PRELOAD', valueDigest: 'hmac:x' }],
          }),
        )
        .example(),
      disposition: 'page',
    },
    {
      name: 'a flag that skips a check, in a commit on no branch by somebody new: known at the start',
      ...releaseRuns(stable)
        .days(1)
        .event('build.started', {
          runId: 'odd',
          sourceRepository: SOURCE,
          ...usualRun(0xbad, {
            ...stable(21),
            flags: ['-O2', '-fstack-protector-strong', '--skip=validate'],
            actor: { name: 'stranger' },
          }),
        })
        .example(),
      disposition: 'page',
    },
    {
      name: 'a parameter that never changed has another value',
      ...next({ parameters: { target: 'debug' } }),
      disposition: 'log',
    },
    {
      name: 'a value of the environment that never changed is another one, in an unseen commit',
      ...releaseRuns(stable)
        .days(1)
        .build(
          'next',
          usualRun(0xbad, {
            ...stable(21),
            environment: [
              { name: 'CI', valueDigest: 'hmac:true' },
              { name: 'CACHE_DIR', valueDigest: 'hmac:elsewhere' },
            ],
          }),
        )
        .example(),
      disposition: 'ticket',
    },
    {
      name: 'the proposal of a stranger sees the variable that only the releases had',
      ...proposed(proposals().days(1), 21, [...ENVIRONMENT, SECRET], 'stranger').example(),
      disposition: 'page',
    },
    {
      name: 'a proposal sees a variable that only the releases had',
      ...proposed(proposals().days(1), 21, [...ENVIRONMENT, SECRET]).example(),
      disposition: 'ticket',
      says: 'runs of proposals before had neither',
    },
    {
      name: 'a variable that makes tools load something else, though the build file and the way of the commit are usual',
      ...next({ environment: [...ENVIRONMENT, { name: 'LD_PRELOAD', valueDigest: 'hmac:x' }] }),
      disposition: 'ticket',
    },
    {
      name: 'a new build file has a variable that no other of the source has: on record',
      ...next({
        environment: [...ENVIRONMENT, SECRET],
        workflow: { path: '.github/workflows/scan.yml' },
      }),
      disposition: 'log',
      says: SECRET.name,
    },
  ],
  silent: [
    {
      name: 'a new build file with the variables of the others',
      ...next({ environment: ENVIRONMENT, workflow: { path: '.github/workflows/scan.yml' } }),
    },
    {
      name: 'a new build file where the others named no variables',
      ...next(
        {
          environment: [...ENVIRONMENT, SECRET],
          workflow: { path: '.github/workflows/scan.yml' },
        },
        releaseRuns(),
      ),
    },
    {
      name: 'a new build file of a source whose variables come and go',
      ...next(
        {
          environment: [...ENVIRONMENT, SECRET],
          workflow: { path: '.github/workflows/scan.yml' },
        },
        releaseRuns((turn) => ({
          ...stable(turn),
          environment: [...ENVIRONMENT, { name: `STEP_${turn}`, valueDigest: 'hmac:x' }],
        })),
      ),
    },
    {
      name: 'a build file of a source that nobody has heard of',
      ...story()
        .build('next', usualRun(1, { environment: [SECRET] }))
        .example(),
    },
    {
      name: 'runs of releases have secrets that those of proposals never see',
      ...proposals()
        .days(1)
        .build('next', usualRun(21, { ...stable(21), environment: [...ENVIRONMENT, SECRET] }))
        .example(),
    },
    { name: 'one more proposal', ...proposed(proposals().days(1), 21, ENVIRONMENT).example() },
    { name: 'only the number of the run is another', ...next({}) },
    {
      name: 'the producer begins to send variables',
      ...nextCommit(releaseRuns().days(1), 21)
        .build('next', usualRun(21, stable(21)))
        .example(),
    },
    {
      name: 'a workflow whose parameters are new in every run',
      ...next(
        { parameters: { 'pin-21': 'x' } },
        releaseRuns((turn) => ({ parameters: { [`pin-${turn}`]: 'x' } })),
      ),
    },
    {
      name: 'a young pipeline',
      ...next({ flags: ['-O3'] }, releaseRuns(stable, 3)),
    },
    { name: 'a variable is left out', ...next({ environment: ENVIRONMENT.slice(0, 1) }) },
  ],
});

const SECRET = { name: 'REGISTRY_PASSWORD', valueDigest: 'hmac:secret' };

/** A release and a proposal every two days; only the release gets the password. */
function proposals(): Story {
  return story().times(20, (told, turn) =>
    proposed(
      told
        .days(2)
        .build(`release-${turn}`, usualRun(turn, { environment: [...ENVIRONMENT, SECRET] })),
      turn,
      ENVIRONMENT,
    ),
  );
}

function proposed(
  told: Story,
  turn: number,
  environment: NonNullable<Run['environment']>,
  by = 'maya',
): Story {
  return told.event('build.started', {
    runId: `proposal-${turn}`,
    sourceRepository: SOURCE,
    ...usualRun(turn, {
      ref: `refs/pull/${turn}/merge`,
      trigger: 'pull-request',
      actor: { name: by },
      environment,
    }),
  });
}
