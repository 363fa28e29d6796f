import type { ApiClient } from '../../services/cli/api-client.ts';
import type { CommandIo } from '../../services/cli/command-io.ts';
import type { Connection } from '../../services/cli/connect.ts';
import type { CliDeps } from '../../services/cli/program.ts';

/** Refuses to be called. */
const never = async (): Promise<never> => {
  throw new Error('not asked for');
};

/** What a command prints, kept: its results as values, unless the test takes them otherwise, and its words. */
export function captured(given: Partial<CommandIo> = {}) {
  const results: unknown[] = [];
  const notes: string[] = [];
  const io: CommandIo = {
    json: true,
    result: (value) => results.push(value),
    raw: () => {},
    note: (text) => notes.push(text),
    progress: () => ({ to: () => {}, stop: () => {} }),
    ...given,
  };
  return { io, results, notes };
}

/** A connection to an API that answers what the test says, and nothing else. */
export function connectedTo(api: Partial<ApiClient>): Connection {
  return {
    api: { json: never, bytes: never, lines: async function* () {}, ...api },
    where: 'the test',
    own: false,
    drain: async () => {},
    close: async () => {},
  };
}

/** What the command line is given, nothing of which does anything but what the test says. */
export function quietCli(given: Partial<CliDeps> = {}): CliDeps {
  return {
    environment: {},
    connect: never,
    createIo: () => captured().io,
    setExitCode: () => {},
    serve: never,
    diagnose: async function* () {},
    runDemo: never,
    version: '1.2.3',
    ...given,
  };
}
