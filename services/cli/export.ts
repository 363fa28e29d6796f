import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { type PeriodFlags, periodBody, periodOptions } from './period.ts';

/** `provost export`: writes a compliance pack that a stranger can verify offline. */
export function registerExport(program: Command, context: CliContext): void {
  periodOptions(
    connectionOptions(program.command('export').description('write a signed compliance pack')),
  )
    .requiredOption('--out <file>', 'the pack, a zip file')
    .option('--audit <id>', 'audit of this project and period whose report goes into the pack')
    .action(async (flags: ConnectionFlags & PeriodFlags & { out: string; audit?: string }) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const { bytes } = await api.bytes({
          method: 'POST',
          path: '/api/v1/exports',
          body: { ...periodBody(flags), ...(flags.audit && { audit: flags.audit }) },
          accept: 'application/zip',
        });
        writeFileSync(flags.out, bytes);
        io.result(
          { pack: flags.out, bytes: bytes.byteLength },
          `${flags.out} (${bytes.byteLength} bytes)`,
        );
        io.note(`Check it anywhere: provost verify ${flags.out} --key <public key>`);
        return EXIT.ok;
      });
    });
}
