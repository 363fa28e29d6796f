import { spawnSync } from 'node:child_process';

/** Compiles the sources once before tests that start the service as a process of its own: they run what is shipped. */
export function setup(): void {
  const result = spawnSync(process.execPath, ['services/setup.mjs', '--build'], {
    stdio: 'inherit',
  });
  if (result.status !== 0) throw new Error('the sources do not compile');
}
