import { expect, test } from 'vitest';
import { type Story, story } from '../../../../detectors/examples/story.ts';
import { createProjectView } from '../../../../detectors/view/create-view.ts';
import { evolve } from '../../../../detectors/view/evolve.ts';
import { isBeingBuilt } from '../../../../detectors/view/pipelines/being-built.ts';
import type { ProjectView } from '../../../../detectors/view/project-view.ts';
import { viewFromJson, viewToJson } from '../../../../detectors/view/snapshot.ts';

const SOURCE = 'https://git.example/lab/tool';

test('nobody knows whose runs fill a repository that no run has named', () => {
  expect(isBeingBuilt(viewAfter(story().push('1.0.0', 'one')), 'lab/tool')).toBeUndefined();
});

test('a run that has begun and not ended may be filling it, also in a view that was stored', () => {
  const view = viewAfter(begin(story().build('one'), 'next'));
  expect(isBeingBuilt(view, 'lab/tool')).toBe(true);
  const stored = viewFromJson(viewToJson(view));
  expect(stored && isBeingBuilt(stored, 'lab/tool')).toBe(true);
});

test('a run that has ended fills it no more', () => {
  const told = begin(story().build('one'), 'next').build('two', { runId: 'next' });
  expect(isBeingBuilt(viewAfter(told), 'lab/tool')).toBe(false);
});

test('a run of whose end nobody tells counts as over after hours', () => {
  const told = begin(story().build('one'), 'next');
  expect(isBeingBuilt(viewAfter(told.hours(5).push([], 'child')), 'lab/tool')).toBe(true);
  expect(isBeingBuilt(viewAfter(told.hours(2).push([], 'child')), 'lab/tool')).toBe(false);
});

function begin(told: Story, runId: string): Story {
  return told.event('build.started', { runId, sourceRepository: SOURCE });
}

function viewAfter(told: Story): ProjectView {
  const view = createProjectView('lab');
  told.events().forEach((event, index) => {
    evolve(view, { shard: 0, index, event });
  });
  return view;
}
