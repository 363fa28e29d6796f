import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './compose-file.ts';

const read = (name: string): string => readFileSync(join(PROJECT_ROOT, name), 'utf8');

/** Instructions with their continuation lines joined, without comments. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const runtime = instructions.slice(instructions.findIndex((line) => line.endsWith('AS runtime')));
const argumentOf = (keyword: string): string =>
  runtime.find((line) => line.startsWith(`${keyword} `))?.slice(keyword.length + 1) ?? '';
const copied = instructions
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) => line.split(/\s+/).slice(1, -1));

describe('Dockerfile', () => {
  it('starts from one pinned image with glibc, which the embedded engine needs', () => {
    const image = instructions.find((line) => line.startsWith('ARG NODE_IMAGE='))?.split('=')[1];
    expect(image).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/);
    expect(instructions.filter((line) => line.startsWith('FROM '))).toSatisfy((lines: string[]) =>
      lines.every((line) => line.startsWith('FROM $' + '{NODE_IMAGE} ')),
    );
  });

  it('runs as a fixed user who is not root and owns the data directory', () => {
    expect(argumentOf('USER')).toBe('10001:10001');
    const data = argumentOf('VOLUME');
    expect(runtime.join('\n')).toContain(`install -d -o 10001 -g 10001 -m 0700 ${data}`);
    expect(argumentOf('ENV')).toContain(`PROVOST_DATA=${data}`);
  });

  it('runs the program that package.json installs', () => {
    const entry: unknown = JSON.parse(argumentOf('ENTRYPOINT'));
    expect(entry).toEqual(
      expect.arrayContaining(['node', JSON.parse(read('package.json')).bin.provost]),
    );
    expect(JSON.parse(argumentOf('CMD'))).toEqual(['serve']);
  });

  it('asks /livez for its health, on the port that it sets', () => {
    expect(argumentOf('HEALTHCHECK')).toContain('/livez');
    expect(argumentOf('HEALTHCHECK')).toContain('process.env.PROVOST_PORT');
    expect(argumentOf('ENV')).toContain('PROVOST_PORT=8080');
  });

  it('takes production packages only, and runs no install script of any', () => {
    const installs = instructions.filter((line) => line.includes('npm ci'));
    expect(installs).toHaveLength(2);
    expect(installs.every((line) => line.includes('--ignore-scripts'))).toBe(true);
    expect(instructions.join('\n')).toMatch(/AS packages\n(?:.*\n)*?RUN npm ci .*--omit=dev/);
    expect(runtime).toContain('COPY --from=packages /app/node_modules ./node_modules');
  });

  it('copies everything that the compiler reads, and the builder gets all of it', () => {
    expect(JSON.parse(read('tsconfig.build.json'))).toMatchObject({
      include: ['services', 'consumers', 'detectors'],
    });
    expect(copied).toEqual(expect.arrayContaining(['services', 'consumers', 'detectors']));
    const admitted = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect([...new Set(copied)].sort()).toEqual([...admitted].sort());
    expect(copied.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });

  it('puts the migrations where the compiled ledger looks for them', () => {
    const migrate = read('services/ledger/clickhouse/migrate.ts');
    // From dist/services/ledger/clickhouse/, four folders up is /app/.
    expect(migrate).toContain("'../../../../sql/'");
    expect(runtime).toContain('COPY sql ./sql');
    expect(readdirSync(join(PROJECT_ROOT, 'sql'))).toContain('0001-entries.sql');
  });
});
