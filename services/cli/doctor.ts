import type { Command } from 'commander';
import type { CliContext } from './cli-context.ts';
import { EXIT } from './command-io.ts';

type DoctorFlags = {
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
};

/** One thing that was looked at; `advice` says what to do when it is not ok. */
export type Diagnosis = {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly advice?: string;
};

/** Looks at configuration, engine, bus, keys, clock and disk, and yields what it finds. */
export type Diagnose = (flags: DoctorFlags) => AsyncIterable<Diagnosis>;

/** `provost doctor`: says what would keep the service from running well; exits with 1 when anything would. */
export function registerDoctor(
  program: Command,
  deps: CliContext & { readonly diagnose: Diagnose },
): void {
  program
    .command('doctor')
    .description('check configuration, engine, bus, keys, clock and disk')
    .option('--data <directory>', 'data directory')
    .option('--config <file>', 'governance file')
    .option('--json', 'results as JSON, one object a line')
    .action(async (flags: DoctorFlags) => {
      const io = deps.createIo(flags.json ?? false);
      let healthy = true;
      for await (const diagnosis of deps.diagnose(flags)) {
        healthy &&= diagnosis.ok;
        const advice = diagnosis.advice === undefined ? '' : `\n      ${diagnosis.advice}`;
        io.result(
          diagnosis,
          `${diagnosis.ok ? 'ok  ' : 'BAD '} ${diagnosis.check.padEnd(14)} ${diagnosis.detail}${advice}`,
        );
      }
      io.note(
        healthy ? 'Everything looks well.' : 'Something needs attention; see the lines marked BAD.',
      );
      deps.setExitCode(healthy ? EXIT.ok : EXIT.found);
    });
}
