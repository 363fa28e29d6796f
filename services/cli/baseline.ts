import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type {
  BaselineDiff,
  BaselineSummary,
  DeclaredBaseline,
  Explanation,
  RepositoryBaseline,
} from '../baselines/baseline-view.ts';
import { ProvostError } from '../core/errors.ts';
import { parseExpectation } from './baseline/parse-expectation.ts';
import {
  printDeclared,
  printReason,
  printRepository,
  printSummary,
} from './baseline/print-baselines.ts';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import { parseCount } from './parse-count.ts';
import { refuseUnknownWords } from './run-by-default.ts';

type ListFlags = ConnectionFlags & {
  readonly project?: string;
  readonly repository?: string;
  readonly mode?: string;
  readonly limit: number;
};
type ScopeFlags = {
  readonly tags?: string[];
  readonly platform?: string;
  readonly builder?: string;
  readonly principal?: string;
  readonly source?: string;
};
type ReadFlags = ConnectionFlags & ScopeFlags;
type ProposeFlags = ConnectionFlags &
  ScopeFlags & {
    readonly expect?: Record<string, unknown>;
    readonly learned?: true | string[];
    readonly fromFile?: string;
    readonly signature?: string;
    readonly reason?: string;
  };
type DecideFlags = ConnectionFlags & { readonly reason?: string };

const BASELINE_ID = /^[0-9a-f]{16}$/;
const PATH = '/api/v1/baselines';

/** `provost baseline [list] | show | explain | diff | propose | approve | revoke`: what is known good, and who says so. */
export function registerBaseline(program: Command, context: CliContext): void {
  const baseline = program
    .command('baseline')
    .description('what is known good, why, and who says so; alone it lists what was declared');
  registerReading(baseline, context);
  registerPropose(baseline, context);
  registerDecisions(baseline, context);
}

function registerReading(baseline: Command, context: CliContext): void {
  const list = baseline.command('list', { isDefault: true }).description('list baselines');
  refuseUnknownWords(baseline, connectionOptions(list))
    .option('--project <name>', 'project; its learned baselines are listed too')
    .option('--repository <name>', 'repository')
    .option('--mode <mode>', 'declared or learned')
    .option('--limit <number>', 'at most so many', parseCount, 50)
    .action(async (flags: ListFlags) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const { project, repository, mode, limit } = flags;
        const { baselines } = await api.json<{ baselines: readonly BaselineSummary[] }>({
          method: 'GET',
          path: PATH,
          query: { project, repository, mode, limit },
        });
        for (const one of baselines) io.result(one, printSummary(one));
        if (baselines.length === 0)
          io.note(
            project === undefined && repository === undefined
              ? 'Nothing was declared as known good. With --project what was learned is listed too; to declare: provost baseline propose --help'
              : 'No baselines: nothing was declared, and no pushes were seen from which to learn.',
          );
        return EXIT.ok;
      });
    });

  scopeOptions(
    connectionOptions(
      baseline
        .command('show')
        .description('show what is known good in a repository, or one baseline'),
    ).argument('<repository>', 'repository, or the id of a baseline'),
  ).action(async (name: string, flags: ReadFlags) => {
    await withConnection(context, flags, 'none', async ({ api }, io) => {
      if (BASELINE_ID.test(name)) {
        const one = await api.json<DeclaredBaseline>({ method: 'GET', path: pathOf(name) });
        io.result(one, printDeclared(one));
        return EXIT.ok;
      }
      const found = await api.json<RepositoryBaseline>({
        method: 'GET',
        path: `${PATH}/effective`,
        query: { repository: name, ...scopeQuery(flags) },
      });
      io.result(found, printRepository(found));
      return EXIT.ok;
    });
  });

  scopeOptions(
    connectionOptions(baseline.command('explain').description('say why something is known good'))
      .argument('<repository>', 'repository')
      .argument('[aspect]', 'only this aspect, e.g. builder'),
  ).action(async (repository: string, aspect: string | undefined, flags: ReadFlags) => {
    await withConnection(context, flags, 'none', async ({ api }, io) => {
      const { reasons } = await api.json<Explanation>({
        method: 'GET',
        path: `${PATH}/explanation`,
        query: { repository, aspect, ...scopeQuery(flags) },
      });
      for (const reason of reasons) io.result(reason, printReason(reason));
      if (reasons.length === 0) io.note('Nothing says that this is known good.');
      return EXIT.ok;
    });
  });

  connectionOptions(
    baseline
      .command('diff')
      .description('compare an image with the one before, and with what is known good')
      .addHelpText(
        'after',
        '\nExit code 1: the image has something that the baseline does not know.',
      ),
  )
    .argument('<image>', 'repository, repository:tag or repository@digest')
    .option('--against <image>', 'another image, "previous" or "baseline"', 'previous')
    .action(async (of: string, flags: ConnectionFlags & { readonly against: string }) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const diff = await api.json<BaselineDiff>({
          method: 'GET',
          path: `${PATH}/diff`,
          query: { of, against: flags.against },
        });
        io.result(diff, diff.text.join('\n'));
        return diff.violations.length === 0 ? EXIT.ok : EXIT.found;
      });
    });
}

function registerPropose(baseline: Command, context: CliContext): void {
  const propose = connectionOptions(
    baseline
      .command('propose')
      .description('propose what is known good; somebody else approves it'),
  )
    .argument('[repository]', 'repository; the file says it with --from-file')
    .option(
      '--expect <aspect=value>',
      'known good value or glob, or a range as min..max; may be repeated',
      parseExpectation,
    )
    .option('--learned [aspect...]', 'what is learned: all that is established, or these aspects')
    .option('--from-file <file>', 'baseline file, YAML or JSON')
    .option('--signature <file>', 'signed note or DSSE envelope over the file')
    .option('--reason <text>', 'why');
  scopeOptions(propose).action(async (repository: string | undefined, flags: ProposeFlags) => {
    const body = toBody(repository, flags);
    await withConnection(context, flags, 'all', async ({ api, drain }, io) => {
      const one = await api.json<DeclaredBaseline>({ method: 'POST', path: PATH, body });
      await drain();
      const { baselineId, pending, version } = one;
      io.result(one, `${baselineId}@${pending ?? version}`);
      io.note(
        pending === undefined
          ? `Version ${version} of the baseline of ${one.repository} holds by the signature of its file.`
          : `Version ${pending} of the baseline of ${one.repository} waits for somebody else: provost baseline approve ${baselineId}@${pending}`,
      );
      return EXIT.ok;
    });
  });
}

function registerDecisions(baseline: Command, context: CliContext): void {
  for (const { verb, says, done } of [
    {
      verb: 'approve',
      says: 'approve what somebody else proposed; open alerts are judged again',
      done: 'is approved',
    },
    { verb: 'revoke', says: 'revoke a baseline, or withdraw a proposal', done: 'is revoked' },
  ] as const) {
    connectionOptions(baseline.command(verb).description(says))
      .argument('<id>', 'baseline id, or id@version to be sure of what was read')
      .option('--reason <text>', 'why')
      .action(async (named: string, flags: DecideFlags) => {
        await withConnection(context, flags, 'all', async ({ api, drain }, io) => {
          const [id = '', version] = named.split('@');
          const one = await api.json<DeclaredBaseline>({
            method: 'POST',
            path: `${pathOf(id)}/${verb}`,
            body: {
              ...(version === undefined ? {} : { version: toVersion(version) }),
              ...(flags.reason === undefined ? {} : { reason: flags.reason }),
            },
          });
          await drain();
          io.result(one, `Baseline ${one.baselineId} of ${one.repository} ${done}.`);
          return EXIT.ok;
        });
      });
  }
}

function scopeOptions(command: Command): Command {
  return command
    .option('--tags <glob...>', 'only for these tags')
    .option('--platform <os/architecture>', 'only for this platform')
    .option('--builder <name>', 'only for this builder')
    .option('--principal <name>', 'only for this principal')
    .option('--source <uri>', 'only for events of this source');
}

function scopeQuery({ tags, platform, builder, principal, source }: ScopeFlags) {
  return { tags: tags?.join(','), platform, builder, principal, source };
}

function toVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new ProvostError('cli.usage', `expected id@version, received the version "${text}"`);
  return Number(text);
}

function toBody(repository: string | undefined, flags: ProposeFlags): object {
  const { expect, learned, fromFile, signature, reason } = flags;
  const { tags, platform, builder, principal, source } = flags;
  const scope = given({ tags, platform, builder, principal, source });
  return given({
    repository,
    value: expect,
    learned,
    file: fromFile === undefined ? undefined : readFileSync(fromFile, 'utf8'),
    signature: signature === undefined ? undefined : readFileSync(signature, 'utf8'),
    scope: Object.keys(scope).length === 0 ? undefined : scope,
    reason,
  });
}

function given(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function pathOf(baselineId: string): string {
  return `${PATH}/${encodeURIComponent(baselineId)}`;
}
