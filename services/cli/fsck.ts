import type { Command } from 'commander';
import { ProvostError } from '../core/errors.ts';
import type { FsckEvent } from '../ledger/ledger.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT, type ProgressBar } from './command-io.ts';
import { parseCount } from './parse-count.ts';

/** What the API streams: the ledger's own words, or that the check could not end. */
type FsckLine = FsckEvent | { readonly kind: 'failed'; readonly code: string };

/** `provost fsck`: re-derives every leaf, tile and checkpoint and compares; exits with 1 when anything differs. */
export function registerFsck(program: Command, context: CliContext): void {
  connectionOptions(program.command('fsck').description('check that the ledger is whole'))
    .option('--shard <number>', 'only this shard', parseCount)
    .action(async (flags: ConnectionFlags & { shard?: number }) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        let bar: ProgressBar | undefined;
        let problems = -1;
        const body = flags.shard === undefined ? {} : { shard: flags.shard };
        for await (const line of api.lines<FsckLine>({
          method: 'POST',
          path: '/api/v1/fsck',
          body,
        })) {
          if (line.kind === 'progress') {
            if (!io.json) bar ??= io.progress(`shard ${line.shard}`, line.total);
            bar?.to(line.checked);
            if (line.checked >= line.total) {
              bar?.stop();
              bar = undefined;
            }
          } else if (line.kind === 'problem') {
            io.result(
              line,
              `shard ${line.shard} index ${line.index}: ${line.problem.message} (${line.problem.code})`,
            );
          } else if (line.kind === 'failed') {
            io.note(`The check failed on its way (${line.code}).`);
          } else {
            problems = line.problems;
            if (flags.shard !== undefined && line.shards === 0)
              throw new ProvostError('cli.usage', `the ledger has no shard ${flags.shard}`);
            const verdict =
              problems === 0
                ? 'The ledger is whole'
                : `The ledger is NOT whole: ${problems} problems`;
            io.result(
              line,
              `${verdict}: ${line.entries} entries, ${line.tiles} tiles and ${line.checkpoints} checkpoints in ${line.shards} shards.`,
            );
          }
        }
        if (problems < 0)
          io.note(
            'The check ended early: no summary arrived. Look at the service log and try again.',
          );
        return problems === 0 ? EXIT.ok : problems < 0 ? EXIT.unavailable : EXIT.found;
      });
    });
}
