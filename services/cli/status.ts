import type { Command } from 'commander';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';

/** `provost status`: shards, checkpoints, lag and keys of the service. */
export function registerStatus(program: Command, context: CliContext): void {
  connectionOptions(
    program.command('status').description('show shards, checkpoints, lag and keys'),
  ).action(async (flags: ConnectionFlags) => {
    await withConnection(context, flags, 'none', async ({ api, where }, io) => {
      const status = await api.json<unknown>({ method: 'GET', path: '/api/v1/status' });
      io.note(where);
      io.result(status, JSON.stringify(status, null, 2));
      return EXIT.ok;
    });
  });
}
