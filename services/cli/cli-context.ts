import type { Command } from 'commander';
import type { CommandIo } from './command-io.ts';
import type { Connect, Connection, ConnectOptions } from './connect.ts';

/** What every command gets. A command returns its exit code. */
export type CliContext = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly connect: Connect;
  readonly createIo: (json: boolean) => CommandIo;
  readonly setExitCode: (code: number) => void;
};

/** The options that {@link connectionOptions} adds. */
export type ConnectionFlags = {
  readonly url?: string;
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
};

/** Adds the options by which a command finds the service. */
export function connectionOptions(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'service to talk to (else the one on the data directory, else one in this process)',
    )
    .option('--data <directory>', 'data directory')
    .option('--config <file>', 'governance file')
    .option('--json', 'results as JSON, one object a line');
}

/** Opens a connection for the length of the work and closes it whatever happens. */
export async function withConnection(
  context: CliContext,
  flags: ConnectionFlags,
  roles: ConnectOptions['roles'],
  work: (connection: Connection, io: CommandIo) => Promise<number>,
): Promise<void> {
  const io = context.createIo(flags.json ?? false);
  const connection = await context.connect({
    roles,
    ...(flags.url === undefined ? {} : { url: flags.url }),
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.config === undefined ? {} : { config: flags.config }),
  });
  try {
    context.setExitCode(await work(connection, io));
  } finally {
    await connection.close();
  }
}
