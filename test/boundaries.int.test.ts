import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

/** Imports that the folder rules forbid, each planted in a file of its own, and legal ones beside them. */
const FORBIDDEN: readonly (readonly [file: string, line: string])[] = [
  ['services/core/a.ts', "import { x } from '../ledger/ledger.ts';"],
  ['services/core/events/b.ts', "import { x } from 'fastify';"],
  ['services/core/c.ts', "import { x } from 'node:fs';"],
  ['services/core/d.ts', 'export const x = Date.now();'],
  ['services/ledger/e.ts', "import { x } from 'kafkajs';"],
  ['services/ledger/clickhouse/f.ts', "import { x } from '../../alerts/alert.ts';"],
  ['services/ledger/clickhouse/g.ts', "import { x } from '../../bus/bus.ts';"],
  ['services/bus/h.ts', "import { x } from '../ledger/ledger.ts';"],
  ['services/bus/kafka/i.ts', "import { x } from '@clickhouse/client';"],
  ['services/alerts/j.ts', "import { x } from '../api/app.ts';"],
  ['services/baselines/j.ts', "import { x } from '../api/app.ts';"],
  ['services/reports/k.ts', "import { x } from 'fastify';"],
  ['services/exports/l.ts', "import { x } from '../../consumers/alert/alert-consumer.ts';"],
  ['services/api/routes/m.ts', "import { x } from '../../cli/program.ts';"],
  ['services/cli/n.ts', "import { x } from '../api/app.ts';"],
  ['services/api/o.ts', "import { x } from 'kafkajs';"],
  ['consumers/detect/p.ts', "import { x } from '../alert/alert-consumer.ts';"],
  ['consumers/alert/q.ts', "import { x } from '../ledger/ledger-consumer.ts';"],
  ['consumers/ledger/r.ts', "import { x } from '../../services/api/app.ts';"],
  ['consumers/ledger/s.ts', "import { x } from 'kafkajs';"],
  ['detectors/t.ts', "import { x } from '../services/ledger/ledger.ts';"],
  ['detectors/view/u.ts', "import { x } from 'node:fs';"],
  ['detectors/v.ts', 'export const x = Math.random();'],
];
const ALLOWED: readonly (readonly [file: string, line: string])[] = [
  ['services/core/merkle/a.ts', "import { x } from 'node:crypto';"],
  ['services/ledger/clickhouse/b.ts', "import { x } from '../../core/errors.ts';"],
  ['services/bus/local-log/c.ts', "import { x } from '../bus.ts';"],
  ['consumers/detect/d.ts', "import { x } from '../../services/ledger/ledger.ts';"],
  ['detectors/view/e.ts', "import { x } from '../../services/core/finding.ts';"],
  ['services/api/routes/f.ts', "import { x } from '../ports.ts';"],
];

describe('the import boundaries', () => {
  const root = mkdtempSync(join(tmpdir(), 'provost-boundaries-'));
  let complaints = '';

  beforeAll(() => {
    for (const name of ['biome.json', 'pure.grit']) cpSync(name, join(root, name));
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    for (const [file, line] of [
      ...FORBIDDEN.map(planted('bad')),
      ...ALLOWED.map(planted('good')),
    ]) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), `${line}\nexport const y = typeof x;\n`);
    }
    const biome = spawnSync(
      'node_modules/.bin/biome',
      ['lint', '--reporter=github', '--max-diagnostics=none', '.'],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    complaints = biome.stdout + biome.stderr;
  });

  it.each(FORBIDDEN)('refuse in %s: %s', (file, line) => {
    const [path] = planted('bad')([file, line]);
    expect(complaintsAbout(path)).toMatch(/noRestrictedImports|plugin|noRestrictedGlobals/);
  });

  it.each(ALLOWED)('allow in %s: %s', (file, line) => {
    const [path] = planted('good')([file, line]);
    expect(complaintsAbout(path)).not.toMatch(/noRestrictedImports|plugin/);
  });

  function complaintsAbout(path: string): string {
    return complaints
      .split('\n')
      .filter((line) => line.includes(path))
      .join('\n');
  }
});

function planted(kind: 'bad' | 'good') {
  return ([file, line]: readonly [string, string]): readonly [string, string] => [
    file.replace(/([a-z])\.ts$/, `${kind}-$1.ts`),
    line,
  ];
}
