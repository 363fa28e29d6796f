import { expect, test } from 'vitest';
import { buildEnvironmentChanged } from '../../../../detectors/build-environment-changed.ts';
import { buildScriptChanged } from '../../../../detectors/build-script-changed.ts';
import { builderChanged } from '../../../../detectors/builder-changed.ts';
import { dependencyDrift } from '../../../../detectors/dependency-drift.ts';
import { DEFAULT_POLICY } from '../../../../detectors/detection-policy.ts';
import type { Detector } from '../../../../detectors/detector.ts';
import { SOURCE, usualRun } from '../../../../detectors/examples/pipeline-stories.ts';
import { image, REPOSITORY, story } from '../../../../detectors/examples/story.ts';
import { createDetectStep } from '../../../../detectors/run-detectors.ts';
import { runPublishMismatch } from '../../../../detectors/run-publish-mismatch.ts';
import { timeAnomaly } from '../../../../detectors/time-anomaly.ts';
import { countRows } from '../../../../detectors/view/packed-rows.ts';
import { MAX_BASE_USERS, MAX_BASES } from '../../../../detectors/view/pipelines/bases.ts';
import { isOpen } from '../../../../detectors/view/pipelines/open-runs.ts';
import {
  MAX_BUILDERS,
  MAX_CACHES,
  MAX_INTRODUCED,
  MAX_OPEN_RUNS,
  MAX_OUTPUT_COMMITS,
  MAX_PIPELINES,
  MAX_RUN_ACTORS,
  MAX_UNPUBLISHED,
} from '../../../../detectors/view/pipelines/pipelines-view.ts';
import { readTally, sizeOf } from '../../../../detectors/view/pipelines/tally.ts';
import { viewFromJson, viewToJson } from '../../../../detectors/view/snapshot.ts';
import { COMMIT_WIDTH } from '../../../../detectors/view/sources/commits.ts';
import { entryOf, judgeStory } from '../../run-example.ts';

const BUILD_FAMILY: readonly Detector[] = [
  builderChanged,
  buildScriptChanged,
  buildEnvironmentChanged,
  dependencyDrift,
  runPublishMismatch,
  timeAnomaly,
];

test('a source that varies everything stays within its bounds', () => {
  const told = story().times(60, (inner, turn) =>
    inner.hours(1).build(`image-${turn}`, {
      builderId: `builder-${turn}`,
      commit: `commit-${turn}`,
      actor: { name: `actor-${turn}` },
      trigger: `trigger-${turn}`,
      ref: `refs/heads/branch-${turn}`,
      workflow: { path: `path-${turn}`, digest: `digest-${turn}` },
      baseImage: { name: `lab/base-${turn}`, digest: image(`base-${turn}`) },
    }),
  );
  const { pipelines } = judgeStory([], told.events()).view;
  const runs = pipelines.sources.get('git.example/lab/tool');
  const output = pipelines.outputs.get(REPOSITORY);
  expect(runs?.pipelines.length).toBe(MAX_PIPELINES);
  expect(sizeOf(runs?.builders ?? '')).toBe(MAX_BUILDERS);
  expect(sizeOf(runs?.actors ?? '')).toBe(MAX_RUN_ACTORS);
  expect(sizeOf(output?.builders ?? '')).toBe(MAX_BUILDERS);
  expect(output?.commits.length).toBe(MAX_OUTPUT_COMMITS * COMMIT_WIDTH);
  expect(output?.builds).toBe(60);
});

test('runs that begin and never end are forgotten, the oldest first', () => {
  const told = story().times(40, (inner, turn) =>
    inner.event('build.started', { runId: `run-${turn}`, sourceRepository: SOURCE }),
  );
  const runs = judgeStory([], told.events()).view.pipelines.sources.get('git.example/lab/tool');
  const open = runs?.open ?? '';
  expect(countRows(open)).toBe(MAX_OPEN_RUNS);
  expect(isOpen(open, 'run-40')).toBe(true);
  expect(isOpen(open, `run-${40 - MAX_OPEN_RUNS}`)).toBe(false);
});

test('what failed runs made, caches of proposals, bases and new names are bounded', () => {
  const told = story().times(1100, (inner, turn) =>
    inner.event('build.finished', {
      runId: `run-${turn}`,
      sourceRepository: SOURCE,
      ref: `refs/pull/${turn}/merge`,
      outcome: 'failure',
      outputs: [{ repository: REPOSITORY, digest: `stand-in:${turn}` }],
      caches: [{ key: `cache-${turn}`, use: 'saved' }],
      baseImage: { digest: `stand-in:base-${turn}` },
      environment: [{ name: `NAME_${turn}` }],
    }),
  );
  const { pipelines } = judgeStory([], told.events()).view;
  expect(pipelines.unpublished.size).toBe(MAX_UNPUBLISHED);
  expect(pipelines.caches.size).toBe(MAX_CACHES);
  expect(pipelines.bases.uses.size).toBe(MAX_BASES);
  expect(pipelines.introduced.size).toBe(MAX_INTRODUCED);
});

test('of one base only the newest users are kept', () => {
  const told = story().times(30, (inner, turn) =>
    inner.event('artifact.pushed', {
      repository: `lab/child-${turn}`,
      digest: image(`child-${turn}`),
      tags: [],
      baseImage: { digest: image('base') },
    }),
  );
  const use = judgeStory([], told.events()).view.pipelines.bases.uses.get(image('base'));
  expect(use?.users).toHaveLength(MAX_BASE_USERS);
  expect(use?.users.at(-1)?.repository).toBe('lab/child-30');
});

test('a run that is seen to begin and to end is one run', () => {
  const told = story().times(5, (inner, turn) =>
    inner
      .event('build.started', { runId: `run-${turn}`, sourceRepository: SOURCE, ...usualRun(turn) })
      .build(`image-${turn}`, usualRun(turn, { runId: `run-${turn}` })),
  );
  const runs = judgeStory([], told.events()).view.pipelines.sources.get('git.example/lab/tool');
  expect(runs?.runs).toBe(5);
  expect(readTally(runs?.actors ?? '')).toMatchObject([{ key: 'maya', count: 5 }]);
  expect(runs?.open).toBe('');
  expect(runs?.pipelines[0]?.details?.script?.observed).toBe(5);
});

test('a failed run counts for nobody: its source is no habit of the repository', () => {
  const told = story()
    .build('one')
    .build('two', { outcome: 'failure', sourceRepository: 'https://git.example/stranger/tool' });
  const output = judgeStory([], told.events()).view.pipelines.outputs.get(REPOSITORY);
  expect(readTally(output?.sources ?? '').map(({ key }) => key)).toEqual(['git.example/lab/tool']);
});

test('a snapshot in the middle of any example changes nothing', () => {
  for (const detector of BUILD_FAMILY) {
    for (const example of detector.examples().fires) {
      const step = createDetectStep([detector]);
      const { view } = judgeStory([detector], example.given, example.policy);
      const restored = viewFromJson(viewToJson(view));
      if (restored === undefined) throw new Error('a snapshot that was just written is read');
      const entry = entryOf(example.when, example.given.length);
      const policy = { ...DEFAULT_POLICY, ...example.policy };
      expect(step(restored, entry, policy)).toEqual(step(view, entry, policy));
    }
  }
});
