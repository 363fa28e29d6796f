import { expect, test } from 'vitest';
import { bulkRetag } from '../../../detectors/bulk-retag.ts';
import { DEFAULT_POLICY } from '../../../detectors/detection-policy.ts';
import { builtReleases, image, story } from '../../../detectors/examples/story.ts';
import { massDelete } from '../../../detectors/mass-delete.ts';
import { createDetectStep } from '../../../detectors/run-detectors.ts';
import { MAX_PRODUCERS } from '../../../detectors/view/health/health-view.ts';
import {
  MAX_BURSTS,
  MAX_HOURS,
  MAX_NAMED,
  MAX_REMOVED,
  MAX_REMOVERS,
} from '../../../detectors/view/rhythm/rhythm-view.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import { entryOf, judgeStory } from '../run-example.ts';

test('names that a sender makes up do not grow the view without end', () => {
  const told = builtReleases().times(2500, (inner, n) =>
    inner.event('login.succeeded', { actor: { name: `user-${n}` } }).event('artifact.deleted', {
      repository: 'lab/tool',
      digest: image(`gone-${n}`),
      actor: { name: `user-${n}` },
    }),
  );
  const events = told
    .events()
    .map((event, n) => (n % 3 === 0 ? { ...event, source: `urn:example:${n}` } : event));
  const { rhythm, health } = judgeStory([], events).view;
  expect(rhythm.removals.size).toBeLessThanOrEqual(MAX_BURSTS);
  expect(rhythm.removers.size).toBe(MAX_REMOVERS);
  expect(rhythm.removed.size).toBe(MAX_REMOVED);
  expect(rhythm.hours.size).toBe(MAX_HOURS);
  expect(health.producers.size).toBe(MAX_PRODUCERS);
});

test('a burst keeps a few names, however long it is, and counts all of them', () => {
  const told = builtReleases()
    .days(1)
    .times(20, (inner, turn) => inner.move(`1.${turn}.0`, 'foreign', 'stranger'));
  const burst = judgeStory([], told.events()).view.rhythm.retags.get('lab/tool');
  expect(burst?.moves).toBe(20);
  expect(burst?.strange).toBe(20);
  expect(burst?.tags).toHaveLength(MAX_NAMED);
});

test('an attack in bulk does not become the habit that hides the next', () => {
  const told = builtReleases()
    .days(1)
    .times(8, (inner, turn) => inner.move(`1.${turn}.0`, 'foreign', 'stranger'))
    .days(2)
    .move('1.9.0', 'foreign');
  expect(judgeStory([], told.events()).view.repositories.get('lab/tool')?.rhythm?.retag).toEqual({
    bursts: 1,
    moves: 0,
    collapse: 0,
  });
});

test('a burst is told when it becomes known, and once more when there is no doubt left', () => {
  const told = builtReleases()
    .days(1)
    .times(20, (inner, turn) => inner.move(`1.${turn}.0`, `foreign-${turn}`, 'maya'));
  const raised = judgeStory([bulkRetag], told.events()).findings.flat();
  expect(raised.map(({ score }) => score.base)).toEqual([0.75, 0.85]);
  expect(new Set(raised.map(({ findingId }) => findingId)).size).toBe(2);
  expect(new Set(raised.map(({ subject }) => subject.key)).size).toBe(1);
});

test('a snapshot in the middle of a burst changes nothing', () => {
  const events = story()
    .times(20, (told, turn) => told.days(1).push(`1.${turn}.0`, `release-${turn}`))
    .days(20)
    .times(10, (told, turn) => told.deleteTag(`1.${turn}.0`, 'stranger'))
    .times(6, (told, turn) => told.move(`1.${10 + turn}.0`, 'foreign', 'stranger'))
    .events();
  const straight = judgeStory([bulkRetag, massDelete], events).findings.flat();
  expect(straight.length).toBeGreaterThan(1);
  for (const cut of [23, 33]) {
    const first = judgeStory([bulkRetag, massDelete], events.slice(0, cut));
    const restored = viewFromJson(viewToJson(first.view));
    if (restored === undefined) throw new Error('the snapshot cannot be read');
    const step = createDetectStep([bulkRetag, massDelete]);
    const rest = events
      .slice(cut)
      .flatMap((event, n) => step(restored, entryOf(event, cut + n), DEFAULT_POLICY));
    expect([...first.findings.flat(), ...rest]).toEqual(straight);
  }
});

test('removals that only put something right are no clean-up that makes the next one usual', () => {
  const told = builtReleases()
    .days(1)
    .times(2, (inner, turn) => inner.push(`9.${turn}.0`, `foreign-${turn}`, 'stranger'))
    .times(2, (inner, turn) => inner.deleteTag(`9.${turn}.0`))
    .hours(3)
    .deleteTag('1.1.0')
    .hours(3)
    .deleteTag('1.2.0');
  const { view } = judgeStory([], told.events());
  expect(view.repositories.get('lab/tool')?.rhythm?.removal).toMatchObject({ bursts: 1, tags: 1 });
});
