import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { DETECTORS } from '../../../detectors/registry.ts';
import type { Mutant } from './mutate-detectors.ts';

function mutate(...flags: readonly string[]) {
  return spawnSync(
    process.execPath,
    ['--import', 'tsx', 'test/detectors/mutate-detectors.ts', ...flags],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
}

test('every if and every predicate of a rule is held by an example: inverted, it fails one', () => {
  const { stdout, stderr, status } = mutate('--json');
  expect(stderr).toBe('');
  const mutants = stdout
    .trimEnd()
    .split('\n')
    .map((line): Mutant => JSON.parse(line));
  expect(mutants.filter(({ killedBy }) => killedBy === undefined)).toEqual([]);
  expect(status).toBe(0);
  const rules = DETECTORS.map(({ metadata }) => metadata.rule);
  expect(new Set(mutants.map(({ rule }) => rule))).toEqual(new Set(rules));
});

test('a rule that there is not is named', () => {
  expect(mutate('no-such-rule')).toMatchObject({
    status: 2,
    stderr: 'There is no rule no-such-rule.\n',
  });
});
