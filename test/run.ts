import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

/**
 * Runs the checks (types, lint, boundaries, unused code) and then every test, and passes arguments on to vitest:
 * `npm test -- test/core` runs a part. The last line is `N passed, N failed, N skipped`; a check that found something
 * counts as one that failed.
 */
const CHECKS = [
  { label: 'types', script: 'typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
  { label: 'lint and import boundaries', script: '@biomejs/biome/bin/biome', args: ['check', '.'] },
  { label: 'unused code', script: 'knip/bin/knip.js', args: [] },
] as const;

const root = resolve(import.meta.dirname, '..');
const filters = process.argv.slice(2);
const found =
  filters.length > 0 ? [] : CHECKS.filter(({ label, script, args }) => !run(label, script, args));
for (const { label } of found) {
  process.stderr.write(`The check of ${label} found something; see above.\n`);
}
const tests = run('tests', 'vitest/vitest.mjs', ['run', ...filters], {
  CHECKS_FAILED: String(found.length),
});
process.exitCode = found.length === 0 && tests ? 0 : 1;

function run(
  label: string,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): boolean {
  process.stdout.write(`> ${label}\n`);
  const result = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  if (result.error !== undefined) throw result.error;
  return result.status === 0;
}
