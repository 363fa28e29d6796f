import { expect, test } from 'vitest';
import { compileExpression } from '../../detectors/user-rules/compile-expression.ts';
import { importSigma } from '../../services/sources/sigma/import-sigma.ts';

const sigma = (detection: object, more: object = {}) => ({
  title: 'Release tag removed by hand',
  level: 'high',
  logsource: { category: 'registry' },
  tags: ['attack.t1485', 'attack.impact'],
  detection,
  ...more,
});

function whereOf(detection: object): string {
  const imported = importSigma(sigma(detection));
  if (!imported.ok) throw new Error(imported.problem.message);
  return imported.value.where;
}

/** Whether the imported rule would be true for the event. */
function fits(detection: object, event: object): boolean {
  const compiled = compileExpression(whereOf(detection));
  if (!compiled.ok) throw new Error(compiled.problem);
  const answer = compiled.value.evaluate({ event });
  return answer.ok && answer.value === true;
}

const removed = {
  type: 'tag.deleted',
  actor: 'Maya',
  repository: 'lab/tool',
  data: { tag: 'v1.0.0', client: { userAgent: 'curl/8' } },
};

test('keeps title, level, sources and techniques, and starts on trial', () => {
  const imported = importSigma(sigma({ s: { actor: 'maya' }, condition: 's' }));
  expect(imported).toMatchObject({
    ok: true,
    value: {
      rule: 'release-tag-removed-by-hand',
      severity: 'ticket',
      mode: 'dry-run',
      attack: ['T1485'],
    },
  });
  const types = imported.ok ? imported.value.on : [];
  expect(types).toContain('tag.deleted');
  expect(types).not.toContain('build.finished');
});

test.each([
  ['a value, in any case', { s: { actor: 'maya' }, condition: 's' }, true],
  ['another value', { s: { actor: 'noor' }, condition: 's' }, false],
  ['one of several', { s: { actor: ['noor', 'maya'] }, condition: 's' }, true],
  ['a wildcard', { s: { tag: 'v*' }, condition: 's' }, true],
  ['a dot that is a dot', { s: { tag: 'v1x0.0' }, condition: 's' }, false],
  ['contains', { s: { 'client.userAgent|contains': 'URL' }, condition: 's' }, true],
  ['all of several', { s: { 'tag|contains|all': ['v1', '9'] }, condition: 's' }, false],
  ['a regular expression', { s: { 'tag|re': '^v[0-9.]+$' }, condition: 's' }, true],
  ['case that matters', { s: { 'actor|cased': 'maya' }, condition: 's' }, false],
  ['a field that is not there', { s: { digest: 'x' }, condition: 'not s' }, true],
  ['null', { s: { digest: null }, condition: 's' }, true],
  [
    'and, not',
    { a: { type: 'tag.deleted' }, b: { actor: 'noor' }, condition: 'a and not b' },
    true,
  ],
  ['1 of', { s_a: { actor: 'x' }, s_b: { tag: 'v*' }, condition: '1 of s_*' }, true],
  ['all of them', { a: { actor: 'x' }, b: { tag: 'v*' }, condition: 'all of them' }, false],
  ['parentheses', { a: { actor: 'x' }, b: { tag: 'v*' }, condition: 'not (a and b)' }, true],
  ['a list of maps', { s: [{ actor: 'x' }, { tag: 'v*' }], condition: 's' }, true],
])('understands %s', (_name, detection, expected) => {
  expect(fits(detection, removed)).toBe(expected);
});

test.each([
  ['keywords', { s: ['rm -rf'], condition: 's' }],
  ['aggregations', { s: { actor: 'x' }, condition: 's | count() > 5' }],
  ['an unknown modifier', { s: { 'actor|base64': 'x' }, condition: 's' }],
  ['a search that is not there', { s: { actor: 'x' }, condition: 't' }],
  ['a timeframe', { s: { actor: 'x' }, timeframe: '5m', condition: 's' }],
  ['an open parenthesis', { s: { actor: 'x' }, condition: '(s' }],
  ['a field that is no field', { s: { 'a"]b': 'x' }, condition: 's' }],
])('refuses %s rather than leave it out', (_name, detection) => {
  const imported = importSigma(sigma(detection));
  expect(imported.ok ? '' : imported.problem.code).toBe('rule.document');
});
