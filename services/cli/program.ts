import { Command, CommanderError } from 'commander';
import { ProvostError } from '../core/errors.ts';
import { registerAlerts } from './alerts.ts';
import { ApiProblem } from './api-client.ts';
import { registerAudit } from './audit.ts';
import { registerBaseline } from './baseline.ts';
import type { CliContext } from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { type RunDemo, registerDemo } from './demo.ts';
import { type Diagnose, registerDoctor } from './doctor.ts';
import { registerEntries } from './entries.ts';
import { registerExport } from './export.ts';
import { registerFsck } from './fsck.ts';
import { registerImport } from './import.ts';
import { registerProof } from './proof.ts';
import { registerReplay } from './replay.ts';
import { registerRules } from './rules.ts';
import { registerSchema } from './schema.ts';
import { registerScore } from './score.ts';
import { registerServe, type Serve } from './serve.ts';
import { registerStatus } from './status.ts';
import { registerTaint } from './taint.ts';
import { toTerminal } from './terminal-text.ts';
import { registerToken } from './token.ts';
import { registerVerify } from './verify.ts';

/** What is stored is not what was written: trying again will not help. */
const DAMAGE_CODES: ReadonlySet<string> = new Set([
  'bus.corrupt-record',
  'ledger.fork',
  'ledger.not-dense',
  'ledger.checkpoint-mismatch',
]);
/** Faults of the command line or the configuration; trying again later changes nothing about them. */
const USAGE_CODES = /^(?:cli|config|auth|key|rule|bus\.invalid)\b/;

/** What only the composition root can give the command line. */
export type CliDeps = CliContext & {
  readonly serve: Serve;
  readonly diagnose: Diagnose;
  readonly runDemo: RunDemo;
  readonly version: string;
};

/**
 * Runs one command line. Exit codes: 0 done, 1 a check found something, 2 the command line or configuration is wrong,
 * 3 something needed is not reachable.
 */
export async function runCommandLine(args: readonly string[], deps: CliDeps): Promise<void> {
  try {
    await createProgram(deps).parseAsync(args, { from: 'user' });
  } catch (error) {
    deps.setExitCode(report(error));
  }
}

/** Every command with its arguments and options; parsing runs the one that is named. */
export function createProgram(deps: CliDeps): Command {
  const program = new Command('provost')
    .description('audit and anomaly detection for container registries and build provenance')
    .version(deps.version, '-V, --version', 'show the version')
    .showHelpAfterError('(provost --help lists the commands)')
    .exitOverride();
  registerServe(program, deps);
  registerDemo(program, deps);
  registerImport(program, deps);
  registerReplay(program, deps);
  registerScore(program, deps);
  registerRules(program, deps);
  registerTaint(program, deps);
  registerToken(program, deps);
  registerStatus(program, deps);
  registerEntries(program, deps);
  registerAlerts(program, deps);
  registerBaseline(program, deps);
  registerAudit(program, deps);
  registerExport(program, deps);
  registerVerify(program, deps);
  registerProof(program, deps);
  registerFsck(program, deps);
  registerSchema(program, deps);
  registerDoctor(program, deps);
  return program;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ApiProblem) {
    complain(error.message, error.code);
    return error.status >= 500 || error.status === 429 ? EXIT.unavailable : EXIT.usage;
  }
  if (error instanceof ProvostError) {
    complain(error.message, error.code);
    if (DAMAGE_CODES.has(error.code)) return EXIT.found;
    return USAGE_CODES.test(error.code) ? EXIT.usage : EXIT.unavailable;
  }
  if (isFileError(error)) {
    complain(error.message, 'cli.file');
    return EXIT.usage;
  }
  throw error;
}

function complain(message: string, code: string): void {
  process.stderr.write(`${toTerminal(`provost: ${message} (${code})`)}\n`);
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}
