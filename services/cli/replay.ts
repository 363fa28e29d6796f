import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Detector } from '../../detectors/detector.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { withUserRules } from '../../detectors/user-rules/load-rules.ts';
import type { Governance } from '../config/governance.ts';
import { parseGovernance } from '../config/parse-governance.ts';
import { RULES_FOLDER, readRules } from '../config/rules/read-rules.ts';
import { ProvostError } from '../core/errors.ts';
import type { CliContext } from './cli-context.ts';
import { type CommandIo, EXIT } from './command-io.ts';
import { openInput } from './open-input.ts';
import { readLines } from './replay/read-lines.ts';
import { replayEvents } from './replay/replay-events.ts';
import type { ReplayLine } from './replay/replay-lines.ts';

type Flags = {
  readonly history?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly strict?: boolean;
};

/** Rejected lines that are named; further ones are only counted. */
const NAMED_REJECTIONS = 20;

/** `provost replay`: runs the detectors over a file, without a service, and prints what they would have said. */
export function registerReplay(program: Command, context: CliContext): void {
  program
    .command('replay')
    .description(
      'run the detectors over a file of events (NDJSON, plain or gzip) without a service',
    )
    .argument('[file]', 'CloudEvents as the API takes them, one a line; - for standard input')
    .option('--history <file>', "a registry's history instead: one change a line")
    .option('--config <file>', 'governance file')
    .option('--json', 'results as JSON, one object a line')
    .option('--strict', 'end with 1 when a line was rejected')
    .action(async (file: string | undefined, flags: Flags) => {
      const io = context.createIo(flags.json ?? false);
      context.setExitCode(
        await replayCommand({ ...flags, ...(file === undefined ? {} : { file }) }, io),
      );
    });
}

/** Replays one file; answers with the exit code. Rejected lines are named and counted, never fatal. */
export async function replayCommand(
  args: Flags & { readonly file?: string },
  io: CommandIo,
): Promise<number> {
  const { file, history } = args;
  const path = history ?? file;
  if (path === undefined || (history !== undefined && file !== undefined)) {
    throw new ProvostError('cli.usage', 'expected either a file of events or --history FILE');
  }
  let rejected = 0;
  const lines = replayEvents(readLines(openInput(path)), {
    ...(args.config === undefined
      ? { governance: {} }
      : { governance: readGovernance(args.config), detectors: readDetectors(args.config) }),
    format: history === undefined ? 'events' : 'history',
    clock: { now: () => performance.now() },
    onRejected: (line, problem) => {
      rejected += 1;
      if (rejected <= NAMED_REJECTIONS) {
        io.note(`line ${line}: ${problem.message} (${problem.code})`);
      }
    },
  });
  for await (const line of lines) io.result(line, toText(line));
  if (rejected > NAMED_REJECTIONS) io.note(`… and ${rejected - NAMED_REJECTIONS} further lines`);
  return args.strict === true && rejected > 0 ? EXIT.found : EXIT.ok;
}

/** The built-in detectors and the rules beside the governance file. */
function readDetectors(file: string): readonly Detector[] {
  const rules = readRules(join(dirname(file), RULES_FOLDER));
  const loaded = rules.ok ? withUserRules(rules.value, DETECTORS) : rules;
  if (loaded.ok) return loaded.value;
  throw new ProvostError(
    'config.invalid',
    loaded.problem.map(({ at, message }) => `${at ?? file}: ${message}`).join('\n'),
  );
}

function readGovernance(file: string): Governance {
  const { value, problems } = parseGovernance(readFileSync(file, 'utf8'), file);
  if (problems.length === 0) return value;
  throw new ProvostError(
    'config.invalid',
    problems.map(({ at, message }) => `${at ?? file}: ${message}`).join('\n'),
  );
}

function toText(line: ReplayLine): string {
  switch (line.kind) {
    case 'finding':
      return `line ${line.line}  ${line.disposition.padEnd(6)} ${line.rule}: ${line.message}`;
    case 'alert':
      return `incident ${line.id.slice(0, 12)}  ${line.disposition.padEnd(6)} from line ${line.line}: ${line.rules.join(', ')} (${line.findings} findings), ${line.subject}`;
    case 'summary':
      return `${line.events} events, ${line.rejected} lines rejected, ${line.findings} findings, ${line.alerts} incidents, ${line.pages} of them pages, ${line.awaiting} pushes still awaiting their explanation, in ${line.seconds.toFixed(2)} s`;
  }
}
