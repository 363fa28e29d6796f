import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../services/cli/program.ts';
import { captured, connectedTo, quietCli } from './quiet-cli.ts';

/** Runs one command line against an API that has nothing; answers with what was asked and said. */
async function run(...args: readonly string[]) {
  const asked: { path: string; query?: unknown }[] = [];
  const errors: string[] = [];
  let code: number | undefined;
  const { io, notes } = captured({ json: false });
  const nothing = { alerts: [], baselines: [], tokens: [] };
  const api = {
    json: async <T>({ path, query }: { path: string; query?: unknown }) => {
      asked.push({ path, query });
      return nothing as T;
    },
  };
  const program = createProgram(
    quietCli({
      environment: { PROVOST_CONFIG: '/nowhere/provost.yaml' },
      connect: async () => connectedTo(api),
      createIo: () => io,
      setExitCode: (given) => {
        code = given;
      },
    }),
  );
  for (const group of program.commands)
    group.configureOutput({ writeErr: (text) => errors.push(text) });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = 2;
  }
  return { asked, notes: notes.join('\n'), errors: errors.join('\n'), code };
}

test.each([
  ['alerts', '/api/v1/alerts', 'provost alerts list'],
  ['baseline', '/api/v1/baselines', 'provost baseline propose'],
  ['token', '/api/v1/tokens', 'provost token create'],
])(
  'provost %s alone lists, and teaches what comes next when there is nothing',
  async (group, path, next) => {
    const { asked, notes, code } = await run(group);
    expect(asked).toMatchObject([{ path }]);
    expect(notes).toContain(next);
    expect(code).toBe(0);
  },
);

test('provost rules alone runs the tests of the rules, and teaches where rules are put', async () => {
  const { notes, code } = await run('rules');
  expect(notes).toContain('docs/user-rules.md');
  expect(code).toBe(0);
});

test('alerts alone are the open ones, by name all of them, by status those', async () => {
  const statusOf = async (...args: readonly string[]) => (await run('alerts', ...args)).asked[0];
  expect(await statusOf()).toMatchObject({ query: { status: 'open', limit: 50 } });
  expect(await statusOf('--status', 'resolved')).toMatchObject({ query: { status: 'resolved' } });
  expect(await statusOf('list')).toMatchObject({ query: { status: undefined } });
});

test.each([
  ['alerts', 'acknowlege'],
  ['baseline', 'lst'],
  ['token', 'revok'],
  ['rules', 'bactest'],
])('provost %s %s is refused with the commands that there are', async (group, word) => {
  const { asked, errors, code } = await run(group, word);
  expect(errors).toMatch(new RegExp(`expected one of .*, received '${word}'`));
  expect(asked).toEqual([]);
  expect(code).toBe(2);
});
