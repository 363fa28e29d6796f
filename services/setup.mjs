// Installs the packages when they are missing or older than package-lock.json; otherwise does nothing.
// Plain JavaScript without dependencies: it runs before there are any.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write(`Provost needs Node 20.12 or newer, this is ${process.version}.\n`);
  process.exit(1);
}

if (!existsSync(stamp) || statSync(stamp).mtimeMs < statSync(lock).mtimeMs) {
  process.stderr.write('Installing packages (about 800 MB on disk, the ClickHouse engine is the most of it) …\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  let result = spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    process.stderr.write('"npm ci" did not work here; trying "npm install".\n');
    result = spawnSync('npm', ['install', '--no-save', ...flags], { cwd: root, stdio: ['ignore', 2, 2] });
  }
  if (result.status !== 0) {
    process.stderr.write('The packages could not be installed; npm says why above.\n');
    process.exit(result.status ?? 1);
  }
  const now = new Date();
  utimesSync(stamp, now, now);
}
