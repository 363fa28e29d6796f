import type { Command } from 'commander';
import type { CliContext } from './cli-context.ts';

type DemoFlags = { readonly once?: boolean; readonly out?: string };

/** Runs the demo; resolves with the exit code. */
export type RunDemo = (flags: DemoFlags) => Promise<number>;

/** `provost demo`: a month of an invented institute through the embedded service, on a throw-away data directory. */
export function registerDemo(
  program: Command,
  deps: CliContext & { readonly runDemo: RunDemo },
): void {
  program
    .command('demo')
    .description('replay a month of an invented institute and show what is found')
    .option('--once', 'exit when done instead of staying up')
    .option('--out <directory>', 'where the report and the pack go (else a temporary directory)')
    .action(async (flags: DemoFlags) => {
      deps.setExitCode(await deps.runDemo(flags));
    });
}
