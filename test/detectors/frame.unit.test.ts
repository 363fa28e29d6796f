import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import type { Detector, FindingDraft } from '../../detectors/detector.ts';
import { builtReleases, rebuiltReleases } from '../../detectors/examples/story.ts';
import { findingEvent } from '../../detectors/finding-event.ts';
import { findingId } from '../../detectors/findings.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { createProjectView } from '../../detectors/view/create-view.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { validateAcceptedEvent } from '../../services/core/events/validate-event.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { entryOf, judgeStory } from './run-example.ts';

const attack = () => builtReleases().days(1).push('1.3.0', 'foreign', 'stranger').events();

test('the same entries raise the same findings under the same ids in 1, 3 and 12 partitions', () => {
  const projects = ['lab', 'climate', 'imaging', 'genomics', 'ocean'];
  const events = projects.flatMap((project) =>
    builtReleases(`${project}/tool`)
      .days(1)
      .push('1.3.0', 'foreign', 'stranger')
      .events()
      .map((event) => ({ ...event, id: `${project}-${event.id}` })),
  );
  const interleaved = events.sort((a, b) => (a.time < b.time ? -1 : 1));
  const raised = [1, 3, 12].map((partitions) => idsWith(interleaved, partitions));
  expect(raised[0]).toHaveLength(3 * projects.length);
  expect(raised[1]).toEqual(raised[0]);
  expect(raised[2]).toEqual(raised[0]);
});

test('an id stands for rule, version, subject and evidence, and for nothing else', () => {
  const head = { rule: 'tag-mutation', version: 1 };
  const evidence = [{ source: 'a', id: '1' }];
  const id = findingId(head, 'tag:x', evidence);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  const others = [
    findingId({ ...head, version: 2 }, 'tag:x', evidence),
    findingId({ ...head, rule: 'other' }, 'tag:x', evidence),
    findingId(head, 'tag:y', evidence),
    findingId(head, 'tag:x', [{ source: 'a1', id: '' }]),
    findingId(head, 'tag:x', [...evidence, { source: 'b', id: '2' }]),
  ];
  expect(new Set([id, ...others]).size).toBe(6);
});

test('our own facts are not judged and leave no trace', () => {
  const told = attack();
  const finding = judgeStory(DETECTORS, told).findings.flat()[0];
  const trigger = told.at(-1);
  if (finding === undefined || trigger === undefined) throw new Error('nothing was found');
  const view = createProjectView('lab');
  const step = createDetectStep(DETECTORS);
  expect(step(view, entryOf(findingEvent(finding, trigger), 0), DEFAULT_POLICY)).toEqual([]);
  expect(view).toEqual(createProjectView('lab'));
});

test('the event of a finding is one that the ledger takes, the same bytes every time', () => {
  const told = attack();
  const trigger = told.at(-1);
  if (trigger === undefined) throw new Error('no event');
  const say = () =>
    JSON.stringify(
      judgeStory(DETECTORS, told)
        .findings.flat()
        .map((found) => findingEvent(found, trigger)),
    );
  expect(say()).toBe(say());
  for (const event of JSON.parse(say()) as JsonValue[]) {
    const outcome = validateAcceptedEvent(event);
    expect(outcome.ok ? '' : outcome.problem.message).toBe('');
  }
});

test('the governance file can switch a rule off, or keep it from waking anybody', () => {
  const off = judgeStory(DETECTORS, attack(), { rules: { 'tag-mutation': { enabled: false } } });
  expect(off.findings.flat().some(({ rule }) => rule === 'tag-mutation')).toBe(false);
  const quiet = judgeStory(DETECTORS, attack(), { rules: { 'tag-mutation': { atMost: 'log' } } });
  const loud = judgeStory(DETECTORS, attack());
  const of = (judged: typeof quiet) =>
    judged.findings.flat().find(({ rule }) => rule === 'tag-mutation');
  expect(of(loud)?.disposition).toBe('page');
  expect(of(quiet)?.disposition).toBe('log');
  expect(of(quiet)?.findingId).toBe(of(loud)?.findingId);
});

test('a push that was judged late is what its finding is about', () => {
  const told = rebuiltReleases().times(4, (inner, week) =>
    inner.days(7).push('1.2.0', `late-${week}`).hours(0.2).build(`late-${week}`),
  );
  const events = told.push('1.2.0', 'foreign', 'noor').days(2).push('9.0', 'other').events();
  const finding = judgeStory(DETECTORS, events)
    .findings.at(-1)
    ?.find(({ rule }) => rule === 'tag-mutation');
  expect(finding).toMatchObject({ actor: 'noor', occurredAt: events.at(-2)?.time });
  expect(finding?.evidence[0]).toMatchObject({ index: events.length - 2, id: events.at(-2)?.id });
});

test('context that explains lowers the score, and the finding says so', () => {
  const finding = judgeStory(
    DETECTORS,
    builtReleases().days(1).build('again').push('1.5.0', 'again').events(),
  ).findings.flat()[0];
  expect(finding?.score).toEqual({ base: 0.8, final: 0.4 });
  expect(finding?.context).toMatchObject([{ kind: 'usual-build', effect: -0.4 }]);
});

test('words of a sender are never cut in the middle of a character', () => {
  const told = (pad: string) =>
    builtReleases()
      .event('change.announced', {
        from: '2026-01-01T00:00:00Z',
        until: '2026-12-31T00:00:00Z',
        reason: `${pad}${'😀'.repeat(800)}`,
      })
      .days(1)
      .push('1.3.0', 'foreign', 'stranger')
      .events();
  for (const pad of ['', 'x']) {
    const findings = judgeStory(DETECTORS, told(pad)).findings.flat();
    expect(findings.length).toBeGreaterThan(0);
    for (const finding of findings) {
      expect(finding.context.map(({ reason }) => reason).join('')).not.toMatch(/\p{Surrogate}/u);
    }
  }
});

test('of a flood of drafts the heaviest are kept, in the order in which they were told', () => {
  const [loud] = DETECTORS;
  if (loud === undefined) throw new Error('no detector');
  const [sample] = attack().slice(-1);
  if (sample === undefined) throw new Error('no event');
  const flood: Detector = {
    ...loud,
    judge: (context) =>
      Array.from({ length: 200 }, (_, n) => ({
        ...draftOf(context.actor, `${n}`),
        base: n === 150 || n === 170 ? 0.9 : 0.1,
      })),
  };
  const raised = judgeStory([flood], [sample]).findings.flat();
  expect(raised).toHaveLength(64);
  expect(raised.slice(-2).map(({ subject }) => subject.key)).toEqual(['tag:150', 'tag:170']);
});

function draftOf(actor: string, name: string): FindingDraft {
  return {
    title: name,
    message: name,
    subject: { kind: 'tag', key: `tag:${name}` },
    observed: { actor },
    expected: {},
    role: 'the move',
    evidence: [],
    base: 0.1,
    context: [],
    remediation: { owner: 'nobody', steps: [] },
  };
}

function idsWith(events: readonly ProvostEvent[], partitions: number): readonly string[] {
  const step = createDetectStep(DETECTORS);
  const shards = Array.from({ length: partitions }, () => new Map<string, ProjectView>());
  const sizes = new Array<number>(partitions).fill(0);
  const ids: string[] = [];
  for (const event of events) {
    const shard = event.project.length % partitions;
    const views = shards[shard] ?? new Map<string, ProjectView>();
    const view = views.get(event.project) ?? createProjectView(event.project);
    views.set(event.project, view);
    const index = sizes[shard] ?? 0;
    sizes[shard] = index + 1;
    for (const { findingId: id } of step(view, entryOf(event, index, shard), DEFAULT_POLICY))
      ids.push(id);
  }
  return ids;
}
