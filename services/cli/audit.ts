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

type AuditAnswer = {
  readonly auditId: string;
  readonly checks: number;
  readonly deviations: number;
};

type ReportAnswer = {
  readonly verdict: { readonly status: string; readonly sentence: string };
  readonly checks: readonly {
    readonly status: string;
    readonly title: string;
    readonly summary: string;
  }[];
};

/**
 * `provost audit run`: runs an audit and writes its report as a page and as JSON. Exits with 1 when the ledger has
 * nothing of the project in the period: a name that is misspelt must not look like one that is in order.
 */
export function registerAudit(program: Command, context: CliContext): void {
  const audit = program.command('audit').description('audits and their reports');
  periodOptions(connectionOptions(audit.command('run').description('run an audit now')))
    .option('--out <name>', 'report files: <name>.html and <name>.json')
    .addHelpText(
      'after',
      '\nExit code 0: the report is made, whatever it says. 1: the ledger has no event of the project in the period.',
    )
    .action(async (flags: ConnectionFlags & PeriodFlags & { out?: string }) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const answer = await api.json<AuditAnswer>({
          method: 'POST',
          path: '/api/v1/audits',
          body: periodBody(flags),
        });
        const path = `/api/v1/audits/${encodeURIComponent(answer.auditId)}`;
        const page = await api.bytes({ method: 'GET', path, accept: 'text/html' });
        const model = await api.bytes({ method: 'GET', path, accept: 'application/json' });
        const name = flags.out ?? `audit-${flags.project}`;
        writeFileSync(`${name}.html`, page.bytes);
        writeFileSync(`${name}.json`, model.bytes);
        const { checks, verdict } = JSON.parse(
          Buffer.from(model.bytes).toString('utf8'),
        ) as ReportAnswer;
        const lines = checks.map(
          ({ status, title, summary }) => `${status.padEnd(14)}  ${title}: ${summary}`,
        );
        io.result(
          { ...answer, verdict, html: `${name}.html`, report: `${name}.json` },
          [
            ...lines,
            verdict.sentence,
            `audit ${answer.auditId}`,
            `${name}.html`,
            `${name}.json`,
          ].join('\n'),
        );
        return verdict.status === 'empty' ? EXIT.found : EXIT.ok;
      });
    });
}
