import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Runs the checks (types, lint, boundaries, unused code) and then every test, and passes arguments on to vitest:
 * `npm test -- test/core` runs a part. The last line is `N passed, N failed, N skipped`.
 */
const packages = createRequire(import.meta.url);
const filters = process.argv.slice(2);

function bin(name: string, path: string): string {
  return join(dirname(packages.resolve(`${name}/package.json`)), path);
}

function run(label: string, script: string, args: readonly string[]): boolean {
  process.stdout.write(`> ${label}\n`);
  const result = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  if (result.error !== undefined) throw result.error;
  return result.status === 0;
}

const checks =
  filters.length > 0 ||
  [
    run('types', bin('typescript', 'bin/tsc'), ['-p', 'tsconfig.json']),
    run('lint and import boundaries', bin('@biomejs/biome', 'bin/biome'), ['check', '.']),
    run('unused code', bin('knip', 'bin/knip.js'), []),
  ].every(Boolean);
const tests = run('tests', bin('vitest', 'vitest.mjs'), ['run', ...filters]);
if (!checks)
  process.stderr.write('The checks above found something; see the lines after their names.\n');
process.exitCode = checks && tests ? 0 : 1;
