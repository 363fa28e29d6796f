import { expect, test } from 'vitest';
import { builtReleases, story } from '../../../detectors/examples/story.ts';
import { DETECTORS } from '../../../detectors/registry.ts';
import { compileExpression } from '../../../detectors/user-rules/compile-expression.ts';
import { compileRule } from '../../../detectors/user-rules/compile-rule.ts';
import { withUserRules } from '../../../detectors/user-rules/load-rules.ts';
import { runRuleTests } from '../../../detectors/user-rules/run-rule-tests.ts';
import { viewFromJson, viewToJson } from '../../../detectors/view/snapshot.ts';
import type { UserRule } from '../../../services/core/rules/user-rule.ts';
import { judgeStory } from '../run-example.ts';

const push = (actor: string) => ({
  type: 'artifact.pushed',
  data: {
    repository: 'lab/tool',
    digest: `sha256:${'1'.repeat(64)}`,
    tags: ['1.0'],
    actor: { name: actor },
  },
});

const strangers: UserRule = {
  rule: 'robots-only',
  title: 'Somebody other than the robot pushed',
  description: 'Only the release robot may push here.',
  severity: 'page',
  mode: 'live',
  on: ['artifact.pushed'],
  where: 'event.repository.startsWith("lab/") && event.actor != "robot"',
  remediation: 'Ask who it was.',
  tests: [
    { name: 'a person', event: push('maya'), expect: 'fires' },
    { name: 'the robot', event: push('robot'), expect: 'silent' },
  ],
};

function detectorOf(rule: UserRule) {
  const compiled = compileRule(rule);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.value;
}

test('a rule speaks where its condition is true, with what its file says', () => {
  const { findings } = judgeStory([detectorOf(strangers)], builtReleases().events());
  const raised = findings.flat();
  expect(raised).toHaveLength(20);
  expect(raised[0]).toMatchObject({
    rule: 'robots-only',
    disposition: 'page',
    title: strangers.title,
    subject: { repository: 'lab/tool' },
  });
});

test('a rule on trial makes records only, whatever its severity', () => {
  const { findings } = judgeStory(
    [detectorOf({ ...strangers, mode: 'dry-run' })],
    builtReleases().events(),
  );
  const raised = findings.flat();
  expect(new Set(raised.map(({ disposition }) => disposition))).toEqual(new Set(['log']));
  expect(raised[0]?.context).toMatchObject([{ kind: 'dry-run' }]);
});

test('a rule may ask what the view knew before the event', () => {
  const rule = detectorOf({
    ...strangers,
    where: '!view.publisher.known && view.repository.publishers > 0 && view.tag.known',
  });
  const told = builtReleases().push('1.3.0', 'other', 'maya').push('1.3.0', 'foreign', 'noor');
  const { findings } = judgeStory([rule], told.events());
  expect(findings.map((found) => found.length).filter((count) => count > 0)).toEqual([1]);
  expect(findings.at(-1)).toHaveLength(1);
});

test('a counted rule speaks once a window, for each key by itself', () => {
  const rule = detectorOf({
    ...strangers,
    where: 'true',
    count: { atLeast: 3, within: '10m', by: 'event.actor' },
  });
  const told = story()
    .times(4, (inner, turn) => inner.push(`a${turn}`, `a${turn}`, 'maya'))
    .push('b1', 'b1', 'noor')
    .hours(1)
    .times(2, (inner, turn) => inner.push(`c${turn}`, `c${turn}`, 'maya'));
  const { findings } = judgeStory([rule], told.events());
  expect(findings.map((found) => found.length)).toEqual([0, 0, 1, 0, 0, 0, 0]);
});

test('counts survive a snapshot', () => {
  const rule = detectorOf({ ...strangers, where: 'true', count: { atLeast: 2, within: '10m' } });
  const { view } = judgeStory([rule], story().push('a', 'a').events());
  const restored = viewFromJson(viewToJson(view));
  expect(restored?.rules).toEqual(view.rules);
  expect(view.rules.counts.size).toBe(1);
});

test('an event without a field is simply not meant', () => {
  const rule = detectorOf({ ...strangers, where: 'event.data.client.tokenId == "x"' });
  expect(judgeStory([rule], builtReleases().events()).findings.flat()).toEqual([]);
});

test.each([
  ['is not CEL', 'event.actor ='],
  ['knows no', 'process.env.HOME == "x"'],
  ['loops inside a loop', 'event.tags.exists(a, event.tags.exists(b, a == b))'],
  ['has', Array.from({ length: 300 }, (_, n) => `event.actor != "${n}"`).join(' && ')],
  ['is nested', `${'['.repeat(40)}1${']'.repeat(40)} == []`],
])('refuses an expression that %s', (reason, source) => {
  const compiled = compileExpression(source);
  expect(compiled.ok ? '' : compiled.problem).toContain(reason);
});

test('a regular expression made to hang does not hang', () => {
  const compiled = compileExpression('event.actor.matches("^(a+)+$")');
  if (!compiled.ok) throw new Error(compiled.problem);
  const answer = compiled.value.evaluate({ event: { actor: `${'a'.repeat(5000)}!` } });
  expect(answer).toEqual({ ok: true, value: false });
});

test('a rule loads only when its own tests pass, and under a name of its own', () => {
  const names = (rules: readonly UserRule[]) => {
    const loaded = withUserRules(rules, DETECTORS);
    return loaded.ok ? loaded.value.length : loaded.problem.map(({ code }) => code);
  };
  expect(names([strangers])).toBe(DETECTORS.length + 1);
  expect(names([{ ...strangers, where: 'false' }])).toEqual(['rule.test']);
  expect(names([{ ...strangers, where: 'nothing(' }])).toEqual(['rule.expression']);
  expect(names([{ ...strangers, rule: 'tag-mutation' }])).toEqual(['rule.document']);
});

test('a test with a bad event says what is bad about it', () => {
  const rule = {
    ...strangers,
    tests: [{ name: 'broken', event: { type: 'artifact.pushed' }, expect: 'fires' as const }],
  };
  const [found] = runRuleTests(rule, detectorOf(rule));
  expect(found?.code).toBe('rule.test');
  expect(found?.message).toContain('"broken"');
});
