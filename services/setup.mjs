// Installs the packages when they are missing or not those of package-lock.json, and with --build compiles the sources
// when they are newer than dist/; otherwise does nothing.
// Plain JavaScript without dependencies: it runs before there are any.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.provost-installed');
// Times of files say nothing in a copy of the tree, so the stamp holds what was installed.
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) {
  process.stderr.write(`Provost needs Node 20.12 or newer, this is ${process.version}.\n`);
  process.exit(1);
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write(
    'Installing packages (about 800 MB on disk, the ClickHouse engine is the most of it) …\n',
  );
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  let result = spawnSync('npm', ['ci', ...flags], { cwd: root, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) {
    process.stderr.write('"npm ci" did not work here; trying "npm install".\n');
    result = spawnSync('npm', ['install', '--no-save', ...flags], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
  }
  if (result.status !== 0) {
    process.stderr.write('The packages could not be installed; npm says why above.\n');
    process.exit(result.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

const built = join(root, 'dist', '.built');
if (
  process.argv.includes('--build') &&
  (!existsSync(built) || statSync(built).mtimeMs < newestSource())
) {
  const startedAt = new Date();
  const fresh = join(root, `dist-${process.pid}`);
  // Types are the tests' business; here they would only cost the user time.
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const result = spawnSync(
    process.execPath,
    [compiler, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', fresh],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
    },
  );
  if (result.status !== 0) {
    process.stderr.write('The sources do not compile; the compiler says why above.\n');
    process.exit(result.status ?? 1);
  }
  writeFileSync(join(fresh, '.built'), '');
  utimesSync(join(fresh, '.built'), startedAt, startedAt);
  // Whole or not at all, and without what was deleted or renamed in the sources.
  const old = `${fresh}-old`;
  if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
  renameSync(fresh, join(root, 'dist'));
  rmSync(old, { recursive: true, force: true });
}

function newestSource() {
  let newest = 0;
  for (const folder of ['services', 'consumers', 'detectors']) {
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      if (/\.(ts|json)$/.test(name))
        newest = Math.max(newest, statSync(join(root, folder, name)).mtimeMs);
    }
  }
  return newest;
}
