import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { compileRule } from '../../detectors/user-rules/compile-rule.ts';
import { runRuleTests } from '../../detectors/user-rules/run-rule-tests.ts';
import { RULES_FOLDER, readRule, readRules } from '../config/rules/read-rules.ts';
import { type Problem, ProvostError } from '../core/errors.ts';
import type { UserRule } from '../core/rules/user-rule.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { type CommandIo, EXIT } from './command-io.ts';
import { backtestRules } from './rules/backtest.ts';
import { sigmaCommand } from './rules/sigma-command.ts';
import { refuseUnknownWords } from './run-by-default.ts';

type TestFlags = { readonly config?: string; readonly json?: boolean };
type BacktestFlags = ConnectionFlags & { readonly since: string; readonly rule?: string };

/** `provost rules [test] | backtest | import-sigma`: rules of the institution, tried before they are switched on. */
export function registerRules(program: Command, context: CliContext): void {
  const rules = program
    .command('rules')
    .description('rules of your own: test them, try them; alone it runs their tests');

  const test = rules
    .command('test', { isDefault: true })
    .description('run the tests that rules carry')
    .argument('[files...]', 'rule files or folders; else the rules beside the governance file');
  refuseUnknownWords(rules, test)
    .option('--config <file>', 'governance file')
    .option('--json', 'results as JSON, one object a line')
    .action((files: string[], flags: TestFlags) => {
      const io = context.createIo(flags.json ?? false);
      context.setExitCode(testRules(rulesAt(files, flags.config, context), io));
    });

  connectionOptions(
    rules
      .command('backtest')
      .description('what rules would have raised on your own ledger, week by week'),
  )
    .argument('[files...]', 'rule files or folders; else the rules beside the governance file')
    .option('--since <age>', 'how far back to count, e.g. 90d', '90d')
    .option('--rule <name>', 'only this rule')
    .action(async (files: string[], flags: BacktestFlags) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const chosen = rulesAt(files, flags.config, context).filter(
          ({ rule }) => flags.rule === undefined || rule === flags.rule,
        );
        return await backtestRules({ api, io, rules: chosen, since: flags.since, now: Date.now() });
      });
    });

  rules
    .command('import-sigma')
    .description('turn a Sigma rule (the common subset) into a rule on trial')
    .argument('<file>', 'Sigma rule (YAML)')
    .option('--json', 'the rule as JSON')
    .action((file: string, flags: { readonly json?: boolean }) => {
      const io = context.createIo(flags.json ?? false);
      context.setExitCode(sigmaCommand(file, io));
    });
}

/** Runs every rule's tests; answers with the exit code. */
export function testRules(rules: readonly UserRule[], io: CommandIo): number {
  let failed = 0;
  for (const rule of rules) {
    const compiled = compileRule(rule);
    const problems = compiled.ok ? runRuleTests(rule, compiled.value) : [compiled.problem];
    failed += problems.length;
    io.result(
      { rule: rule.rule, mode: rule.mode, tests: rule.tests.length, problems },
      problems.length === 0
        ? `ok      ${rule.rule} (${rule.tests.length} tests, ${rule.mode})`
        : problems.map(({ message }) => `failed  ${message}`).join('\n'),
    );
  }
  if (rules.length === 0) {
    io.note(
      'No rules. Put one into rules/ beside provost.yaml; docs/user-rules.md shows how to write it.',
    );
  }
  return failed === 0 ? EXIT.ok : EXIT.found;
}

function rulesAt(
  files: readonly string[],
  config: string | undefined,
  context: CliContext,
): readonly UserRule[] {
  const governance = config ?? context.environment['PROVOST_CONFIG'] ?? 'provost.yaml';
  const places = files.length > 0 ? files : [join(dirname(governance), RULES_FOLDER)];
  return places.flatMap((place) => {
    const isThere = existsSync(place);
    if (!isThere && files.length > 0) throw new ProvostError('cli.file', `there is no ${place}`);
    const isFile = isThere && !statSync(place).isDirectory();
    const read = isFile ? readRule(place) : readRules(place);
    if (!read.ok) throw new ProvostError('config.invalid', lines(read.problem));
    return read.value;
  });
}

function lines(problems: readonly Problem[]): string {
  return problems.map(({ at, message }) => `${at ?? ''}: ${message}`).join('\n');
}
