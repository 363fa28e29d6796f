import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Makes sure that the commands are on the PATH, installing the Debian packages of the same names when this is root on
 * Debian. Returns undefined when they are there, else the reason why a test has to be skipped; with
 * PROVOST_REQUIRE_ALL=1 it throws instead, since a gate must not skip.
 */
export function ensureCommands(commands: readonly string[]): string | undefined {
  if (commands.every(isOnPath)) return undefined;
  const missing = commands.filter((command) => !isOnPath(command));
  const reason =
    install(missing) ??
    (commands.every(isOnPath) ? undefined : `not found after installing: ${missing.join(', ')}`);
  if (reason !== undefined && process.env['PROVOST_REQUIRE_ALL'] === '1') throw new Error(reason);
  if (reason !== undefined) console.warn(`skipped: ${reason}`);
  return reason;
}

function install(packages: readonly string[]): string | undefined {
  const wanted = packages.join(', ');
  if (process.getuid?.() !== 0)
    return `needs ${wanted} (apt-get install ${packages.join(' ')}), and only root can install them`;
  if (!isOnPath('apt-get')) return `needs ${wanted}, and this is not Debian`;
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const result = spawnSync('apt-get', ['-q', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (result.status !== 0)
      return `apt-get ${args[0]} failed: ${(result.stderr ?? String(result.error)).slice(-500)}`;
  }
  return undefined;
}

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, command)));
}
