import type { Command } from 'commander';
import type { CliContext } from './cli-context.ts';

type ServeFlags = {
  readonly roles?: string;
  readonly data?: string;
  readonly config?: string;
};

/** Runs the service until it is told to stop; resolves with the exit code. */
export type Serve = (flags: ServeFlags) => Promise<number>;

/** `provost serve`: the service itself, all roles or some. */
export function registerServe(
  program: Command,
  deps: CliContext & { readonly serve: Serve },
): void {
  program
    .command('serve')
    .description('run the service')
    .option('--roles <list>', 'api,ledger,detect,alert: all of them unless named')
    .option('--data <directory>', 'data directory')
    .option('--config <file>', 'governance file')
    .action(async (flags: ServeFlags) => {
      deps.setExitCode(await deps.serve(flags));
    });
}
