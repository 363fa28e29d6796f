import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { builtReleases } from '../../detectors/examples/story.ts';
import { backtestRules } from '../../services/cli/rules/backtest.ts';
import { testRules } from '../../services/cli/rules.ts';
import { readRules } from '../../services/config/rules/read-rules.ts';
import type { UserRule } from '../../services/core/rules/user-rule.ts';
import { captured } from './quiet-cli.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const RULE = `
rule: maya-pushes
title: Maya pushed
description: Maya is on leave.
severity: ticket
mode: dry-run
on: [artifact.pushed]
where: event.actor == "maya"
remediation: Ask Maya.
tests:
  - name: Maya
    event: {type: artifact.pushed, data: {repository: lab/tool, digest: "sha256:${'1'.repeat(64)}", tags: [], actor: {name: maya}}}
    expect: fires
  - name: Noor
    event: {type: artifact.pushed, data: {repository: lab/tool, digest: "sha256:${'1'.repeat(64)}", tags: [], actor: {name: noor}}}
    expect: silent
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'provost-rules-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function rulesOf(files: Readonly<Record<string, string>>): readonly UserRule[] {
  const read = readRules(folderWith(files));
  if (!read.ok) throw new Error(read.problem.map(({ message }) => message).join());
  return read.value;
}

test('a rule file reads, and its tests run', () => {
  const { io, results } = captured();
  expect(testRules(rulesOf({ 'a.yaml': RULE }), io)).toBe(0);
  expect(results).toMatchObject([{ rule: 'maya-pushes', tests: 2, problems: [] }]);
});

test('a failing test fails the command and names the test', () => {
  const { io, results } = captured();
  const rules = rulesOf({
    'a.yaml': RULE.replace('where: event.actor == "maya"', 'where: "true"'),
  });
  expect(testRules(rules, io)).toBe(1);
  expect(results).toMatchObject([{ problems: [{ code: 'rule.test' }] }]);
  expect(JSON.stringify(results)).toContain('Noor');
});

test.each([
  ['an unknown key', `${RULE}\nunknown: 1`, '/unknown'],
  ['no tests', RULE.replace(/tests:[\s\S]*/, 'tests: []'), '/tests'],
  ['a bad window', `${RULE}\ncount: {atLeast: 3, within: soon}`, '/count/within'],
  ['YAML that is none', 'rule: [', ''],
])('a rule file with %s is refused with its place', (_name, text, place) => {
  const read = readRules(folderWith({ 'a.yaml': text }));
  expect(read.ok).toBe(false);
  const problems = read.ok ? [] : read.problem;
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.some(({ at }) => at?.includes(`a.yaml${place === '' ? '' : `#${place}`}`))).toBe(
    true,
  );
});

test('two rules of one name are refused', () => {
  const read = readRules(folderWith({ 'a.yaml': RULE, 'b.yaml': RULE }));
  expect(read.ok ? [] : read.problem.map(({ message }) => message)).toEqual([
    'rule "maya-pushes" is defined twice',
  ]);
});

test('a backtest counts by week what a rule would have raised, and only since the moment asked', async () => {
  const events = builtReleases().events();
  const pages = [events.slice(0, 25), events.slice(25)];
  const api = {
    json: <T>({ query }: { query?: Readonly<Record<string, unknown>> | undefined }): Promise<T> => {
      const page = query?.['cursor'] === undefined ? 0 : 1;
      const answer = {
        entries: pages[page]?.map((event, at) => ({ shard: 0, index: page * 25 + at, event })),
        ...(page === 0 ? { next: 'more' } : {}),
      };
      return Promise.resolve(answer as T);
    },
  };
  const { io, results } = captured();
  const last = Date.parse(events.at(-1)?.time ?? '');
  const rules = rulesOf({ 'a.yaml': RULE });
  expect(await backtestRules({ api, io, rules, since: '10d', now: last })).toBe(0);
  const [result] = results as { findings: number; weeks: Record<string, number> }[];
  expect(result?.findings).toBe(10);
  expect(Object.values(result?.weeks ?? {}).reduce((sum, count) => sum + count, 0)).toBe(10);
  expect(Object.keys(result?.weeks ?? {}).every((week) => new Date(week).getUTCDay() === 1)).toBe(
    true,
  );
});
