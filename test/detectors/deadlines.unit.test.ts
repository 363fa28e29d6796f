import { describe, expect, test } from 'vitest';
import { deadlineEvent } from '../../detectors/deadline-event.ts';
import { DEFAULT_POLICY } from '../../detectors/detection-policy.ts';
import type { Detector, Example } from '../../detectors/detector.ts';
import { builtReleases, type Story, story } from '../../detectors/examples/story.ts';
import { createDeadlineJudging } from '../../detectors/judge-deadlines.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { createDetectStep } from '../../detectors/run-detectors.ts';
import { createProjectView } from '../../detectors/view/create-view.ts';
import { timeOf } from '../../detectors/view/entry-facts.ts';
import { lastDeadline } from '../../detectors/view/last-deadline.ts';
import { DAY, HOUR, MINUTE } from '../../detectors/view/limits.ts';
import type { ProjectView } from '../../detectors/view/project-view.ts';
import { viewToJson } from '../../detectors/view/snapshot.ts';
import { validateAcceptedEvent } from '../../services/core/events/validate-event.ts';
import type { Finding } from '../../services/core/finding.ts';
import type { JsonValue } from '../../services/core/json/json-value.ts';
import { entryOf, judgeStory } from './run-example.ts';

const policyOf = ({ policy = {} }: Pick<Example, 'policy'>) => ({ ...DEFAULT_POLICY, ...policy });

function judgeDeadline(
  detectors: readonly Detector[],
  view: ProjectView,
  deadline: number,
  policy = DEFAULT_POLICY,
): readonly Finding[] {
  const event = deadlineEvent(view.project, deadline, deadline + MINUTE);
  return createDetectStep(detectors)(view, entryOf(event, 10_000), policy);
}

/** Builds come twelve minutes after their push, so a push waits some forty minutes for its own. */
function builtLater(): Story {
  return story().times(20, (told, turn) =>
    told.days(1).push(`1.${turn}.0`, `late-${turn}`).hours(0.2).build(`late-${turn}`),
  );
}

const forged = () => builtLater().days(1).push('2.0.0', 'forged', 'stranger');

describe('what a later entry of the project shows, its deadline shows under the same ids', () => {
  const subjects = DETECTORS.flatMap((detector) =>
    detector.examples().fires.flatMap((example) => {
      const { findings } = judgeStory(
        [detector],
        [...example.given, example.when],
        example.policy ?? {},
      );
      const last = findings.at(-1) ?? [];
      const ids = last.flatMap(({ evidence, findingId }) =>
        evidence[0]?.id === example.when.id ? [] : [findingId],
      );
      const isDue = ids.length > 0 && detector.judgeFindings === undefined;
      return isDue
        ? [{ name: `${detector.metadata.rule}: ${example.name}`, detector, example, ids }]
        : [];
    }),
  );

  test('in every rule that waits', () => {
    expect([...new Set(subjects.map(({ detector }) => detector.metadata.rule))].sort()).toEqual([
      'baseline-violation',
      'bulk-retag',
      'provenance-downgrade',
      'provenance-gap',
      'signer-changed',
      'tag-mutation',
    ]);
  });

  test.each(subjects)('$name', ({ detector, example, ids }) => {
    const { view } = judgeStory([detector], example.given, example.policy ?? {});
    const deadline = lastDeadline(view, timeOf(example.when));
    if (deadline === undefined) throw new Error('no deadline');
    const findings = judgeDeadline([detector], view, deadline, policyOf(example));
    expect(findings.map(({ findingId }) => findingId)).toEqual(ids);
  });
});

test('a deadline that was stated is no news again, whatever the story', () => {
  const { isNews } = createDeadlineJudging(DETECTORS);
  let stated = 0;
  for (const example of DETECTORS.flatMap((detector) => [
    ...detector.examples().fires,
    ...detector.examples().silent,
  ])) {
    const policy = policyOf(example);
    const { view } = judgeStory(DETECTORS, example.given, policy);
    const now = view.now + 100 * DAY;
    const deadline = lastDeadline(view, now);
    const before = viewToJson(view);
    const isTold = deadline !== undefined && isNews(view, deadline, policy);
    expect(viewToJson(view)).toBe(before);
    if (!isTold) continue;
    stated += 1;
    expect(deadline).toBeGreaterThan(view.now);
    expect(judgeDeadline(DETECTORS, view, deadline, policy).length).toBeGreaterThan(0);
    expect(view.now).toBe(deadline);
    const next = lastDeadline(view, now);
    expect(next !== undefined && isNews(view, next, policy), example.name).toBe(false);
  }
  expect(stated).toBeGreaterThan(20);
});

test('is an event that the ledger takes, the same for the same deadline', () => {
  const event = deadlineEvent('lab', Date.UTC(2026, 1, 3), Date.UTC(2026, 1, 4));
  const outcome = validateAcceptedEvent(event as unknown as JsonValue);
  expect(outcome.ok ? '' : outcome.problem.message).toBe('');
  const later = deadlineEvent('lab', Date.UTC(2026, 1, 3), Date.UTC(2026, 1, 5));
  expect({ ...later, receivedtime: event.receivedtime }).toEqual(event);
  expect(event.id).not.toBe(deadlineEvent('lab', Date.UTC(2026, 1, 3) + 1, 0).id);
});

test('nothing is due while a push may wait, and nothing is news where nothing is expected', () => {
  const { isNews } = createDeadlineJudging(DETECTORS);
  const { view } = judgeStory(DETECTORS, forged().events());
  expect(lastDeadline(view, view.now + 30 * MINUTE)).toBeUndefined();
  const deadline = lastDeadline(view, view.now + 2 * HOUR) ?? 0;
  expect(deadline).toBeGreaterThan(view.now + 30 * MINUTE);
  expect(deadline).toBeLessThan(view.now + HOUR);
  expect(isNews(view, deadline, DEFAULT_POLICY)).toBe(true);
  const rules = Object.fromEntries(
    DETECTORS.map(({ metadata }) => [metadata.rule, { enabled: false }]),
  );
  expect(isNews(view, deadline, { ...DEFAULT_POLICY, rules })).toBe(false);

  const plain = judgeStory(DETECTORS, story().push('1', 'one').days(3).push('2', 'two').events());
  const last = lastDeadline(plain.view, plain.view.now + DAY) ?? 0;
  expect(last).toBeGreaterThan(plain.view.now);
  expect(isNews(plain.view, last, DEFAULT_POLICY)).toBe(false);
});

test('a push that came too late for its own deadline has one after the clock', () => {
  const events = forged().events();
  const push = events.at(-1);
  if (push === undefined) throw new Error('no push');
  const { view } = judgeStory(
    DETECTORS,
    builtLater().days(1).event('token.created', { tokenId: 't' }).events(),
  );
  const late = { ...push, time: new Date(view.now - 2 * HOUR).toISOString() };
  createDetectStep(DETECTORS)(view, entryOf(late, 99), DEFAULT_POLICY);
  expect(lastDeadline(view, view.now)).toBeUndefined();
  expect(lastDeadline(view, view.now + DAY)).toBe(view.now + 1);
});

test('a push within a run waits until the run counts as lost, and no longer', () => {
  const begun = (told: Story, runId: string) =>
    told.event('build.started', {
      runId,
      builderId: 'https://ci.example/runners',
      sourceRepository: 'https://git.example/lab/tool',
    });
  const running = story().times(12, (told, turn) =>
    begun(told.days(1), `r-${turn}`)
      .push(`1.${turn}.0`, `r-${turn}`)
      .build(`r-${turn}`, { runId: `r-${turn}` }),
  );
  const { view } = judgeStory(
    DETECTORS,
    begun(running.days(1), 'lost').push('2.0.0', 'forged', 'stranger').events(),
  );
  const start = view.now - MINUTE;
  expect(lastDeadline(view, start + 6 * HOUR - 1)).toBeUndefined();
  expect(lastDeadline(view, start + 7 * HOUR)).toBe(start + 6 * HOUR);
  const found = judgeDeadline(DETECTORS, view, start + 6 * HOUR);
  expect(found.map(({ rule }) => rule)).toContain('provenance-gap');
});

test('the clock is behind by how late the last word came, and stating a deadline changes nothing in that', () => {
  const { view } = judgeStory(
    DETECTORS,
    forged()
      .events()
      .map((event) => ({
        ...event,
        receivedtime: new Date(timeOf(event) + 20 * MINUTE).toISOString(),
      })),
  );
  expect(view.behind).toBe(20 * MINUTE);
  judgeDeadline(DETECTORS, view, view.now + HOUR);
  expect(view.behind).toBe(20 * MINUTE);
  expect(createProjectView('lab').behind).toBe(0);
});

test('an import is years behind, and words from long ago put nothing off for more than half a day', () => {
  const receivedAfter = (late: number) =>
    forged()
      .events()
      .map((event) => ({
        ...event,
        receivedtime: new Date(timeOf(event) + late).toISOString(),
      }));
  const imported = judgeStory(DETECTORS, receivedAfter(3000 * DAY)).view;
  expect(imported.behind).toBe(3000 * DAY);
  const { view } = judgeStory(DETECTORS, forged().events());
  const [word] = story().event('token.created', { tokenId: 't' }).events();
  if (word === undefined) throw new Error('no event');
  const told = (at: number, received: number) =>
    createDetectStep(DETECTORS)(
      view,
      entryOf(
        {
          ...word,
          time: new Date(at).toISOString(),
          receivedtime: new Date(received).toISOString(),
        },
        99,
      ),
      DEFAULT_POLICY,
    );
  for (const days of [1, 2, 30]) told(view.now + 1, view.now + days * DAY);
  expect(view.behind).toBe(12 * HOUR);
  told(view.now + DAY, view.now + DAY);
  expect(view.behind).toBe(0);
});

test('counts the pushes that would be found should nothing more come', () => {
  const { countAwaiting } = createDeadlineJudging(DETECTORS);
  const count = (told: Story) =>
    countAwaiting(judgeStory(DETECTORS, told.events()).view, DEFAULT_POLICY);
  expect(count(forged())).toBe(1);
  expect(count(forged().push('2.0.1', 'forged-too', 'stranger'))).toBe(2);
  expect(count(forged().build('forged'))).toBe(0);
  expect(count(builtReleases())).toBe(0);
  expect(count(story().push('1', 'one').days(3).push('2', 'two'))).toBe(0);
});
