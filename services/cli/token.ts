import type { Command } from 'commander';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { parseCount } from './parse-count.ts';
import { refuseUnknownWords } from './run-by-default.ts';

type TokenView = {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly source?: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
};

type CreateFlags = ConnectionFlags & { role: string[]; source?: string; expires: number };

/** `provost token [list] | create | revoke`: credentials of sources and people; a token is shown once. */
export function registerToken(program: Command, context: CliContext): void {
  const token = program
    .command('token')
    .description('credentials of sources and people; alone it lists them');

  connectionOptions(token.command('create').description('create a token; it is shown once'))
    .argument('<name>', 'who or what will use it')
    .requiredOption('--role <role...>', 'ingest, viewer, responder or admin')
    .option('--source <uri>', 'the only source that it may send as; without it, any source')
    .option('--expires <days>', 'days until it expires', parseCount, 365)
    .action(async (name: string, flags: CreateFlags) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const body = {
          name,
          roles: flags.role,
          expiresInDays: flags.expires,
          ...(flags.source === undefined ? {} : { source: flags.source }),
        };
        const created = await api.json<TokenView & { token: string }>({
          method: 'POST',
          path: '/api/v1/tokens',
          body,
        });
        io.result(created, created.token);
        io.note(
          `Token "${name}" expires ${created.expiresAt ?? 'never'}. It is shown only now; keep it like a password.`,
        );
        return EXIT.ok;
      });
    });

  const list = token.command('list', { isDefault: true }).description('list the tokens');
  refuseUnknownWords(token, connectionOptions(list)).action(async (flags: ConnectionFlags) => {
    await withConnection(context, flags, 'none', async ({ api }, io) => {
      const { tokens } = await api.json<{ tokens: readonly TokenView[] }>({
        method: 'GET',
        path: '/api/v1/tokens',
      });
      for (const item of tokens) {
        const state =
          item.revokedAt === undefined
            ? `expires ${item.expiresAt ?? 'never'}`
            : `revoked ${item.revokedAt}`;
        io.result(
          item,
          `${item.id}  ${item.name}  ${item.roles.join(',')}  ${item.source ?? 'any source'}  ${state}`,
        );
      }
      if (tokens.length === 0) io.note('No tokens yet: provost token create <name> --role viewer');
      return EXIT.ok;
    });
  });

  connectionOptions(token.command('revoke').description('revoke a token at once'))
    .argument('<id>', 'token id, from the list')
    .action(async (id: string, flags: ConnectionFlags) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        await api.bytes({ method: 'DELETE', path: `/api/v1/tokens/${encodeURIComponent(id)}` });
        io.result({ id, revoked: true }, `Token ${id} is revoked.`);
        return EXIT.ok;
      });
    });
}
