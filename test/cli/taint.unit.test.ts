import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { registerTaint } from '../../services/cli/taint.ts';
import { captured, connectedTo, quietCli } from './quiet-cli.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** Runs one command line; answers with what was sent to the API, what was printed, and the exit code. */
async function run(...args: readonly string[]) {
  const sent: { type: string; id: string; data: unknown }[] = [];
  let code: number | undefined;
  const { io, results } = captured();
  const context = quietCli({
    connect: async () =>
      connectedTo({
        bytes: async ({ payload }) => {
          sent.push(...JSON.parse(Buffer.from(payload?.bytes ?? []).toString('utf8')));
          return { bytes: new Uint8Array(), headers: {} };
        },
      }),
    createIo: () => io,
    setExitCode: (given) => {
      code = given;
    },
  });
  const program = new Command().exitOverride();
  registerTaint(program, context);
  await program.parseAsync(['taint', ...args], { from: 'user' });
  return { sent, results, code };
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'provost-taint-'));
  folders.push(folder);
  const file = join(folder, 'advisory.json');
  writeFileSync(file, text);
  return file;
}

test('a digest or a package version becomes a statement, the same one every time', async () => {
  const first = await run(DIGEST, '--reason', 'Steals credentials', '--advisory', 'EX-1');
  expect(first.code).toBe(0);
  expect(first.sent).toMatchObject([
    {
      type: 'digest.tainted',
      data: { digest: DIGEST, reason: 'Steals credentials', advisory: 'EX-1' },
    },
  ]);
  const again = await run(DIGEST, '--reason', 'Steals credentials', '--advisory', 'EX-1');
  expect(again.sent).toEqual(first.sent);
  const version = await run('pkg:npm/left@1.0', '--reason', 'Bad', '--project', 'lab');
  expect(version.sent[0]?.data).toEqual({
    purl: 'pkg:npm/left@1.0',
    reason: 'Bad',
    project: 'lab',
  });
});

test('an OSV file becomes its statements, and what it does not say is named', async () => {
  const affected = [
    { package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0'] },
    { package: { ecosystem: 'npm', name: 'right' } },
  ];
  const { sent, results, code } = await run(
    '--osv',
    fileOf(JSON.stringify({ id: 'X-1', affected })),
  );
  expect(code).toBe(0);
  expect(sent).toMatchObject([{ data: { purl: 'pkg:npm/left', versions: ['1.0'] } }]);
  expect(results).toMatchObject([
    { kind: 'skipped', at: '/affected/1' },
    { kind: 'summary', stated: 1, refused: 0, skipped: 1 },
  ]);
});

test('an empty list of advisories states nothing, and nothing is wrong with that', async () => {
  const { sent, results, code } = await run('--osv', fileOf('[]'));
  expect(results).toEqual([{ kind: 'summary', stated: 0, refused: 0, skipped: 0 }]);
  expect(sent).toEqual([]);
  expect(code).toBe(0);
});

test.each<[string, readonly string[], string]>([
  ['nothing', [], 'either'],
  ['both', [DIGEST, '--osv', 'x.json'], 'either'],
  ['no reason', [DIGEST], '--reason'],
  [
    'what is no digest',
    ['latest', '--reason', 'Bad'],
    'expected a digest (sha256:…) or a purl (pkg:…), received "latest"',
  ],
  ['a package without a version', ['pkg:npm/left', '--reason', 'Bad'], 'version'],
])('refuses %s before anything is started', async (_name, args, words) => {
  await expect(run(...args)).rejects.toMatchObject({
    code: 'cli.usage',
    message: expect.stringContaining(words),
  });
});

test('a file that is no advisory is refused with the place', async () => {
  await expect(run('--osv', fileOf('[{"id":7}]'))).rejects.toMatchObject({
    code: 'cli.usage',
    message: expect.stringContaining('/0/id'),
  });
});

test('says in words what is neither a digest nor a purl', async () => {
  for (const what of ['lab/tool:1.0', 'sha256:short', 'sha256:'])
    await expect(run(what, '--reason', 'bad')).rejects.toThrow(
      `expected a digest (sha256:…) or a purl (pkg:…), received "${what}"`,
    );
});
