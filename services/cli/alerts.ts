import type { Command } from 'commander';
import {
  type CliContext,
  type ConnectionFlags,
  connectionOptions,
  withConnection,
} from './cli-context.ts';
import { EXIT } from './command-io.ts';
import type { DemoAlert } from './demo/print-alerts.ts';
import { parseCount } from './parse-count.ts';
import { isUnnamed, refuseUnknownWords } from './run-by-default.ts';

type AlertAnswer = DemoAlert & { readonly status: string; readonly openedAt: string };
type ListFlags = ConnectionFlags & {
  readonly project?: string;
  readonly status?: string;
  readonly limit: number;
};
type DecideFlags = ConnectionFlags & { readonly reason?: string; readonly until?: string };

/** `provost alerts [list | acknowledge | resolve | suppress]`: what waits for somebody, and what they decide. */
export function registerAlerts(program: Command, context: CliContext): void {
  const alerts = program
    .command('alerts')
    .description('alerts, and what people decide on them; alone it lists those that are open');

  const list = alerts.command('list', { isDefault: true });
  refuseUnknownWords(alerts, connectionOptions(list.description('list alerts, newest first')))
    .option('--project <name>', 'project')
    .option('--status <status>', 'open, acknowledged, resolved or suppressed')
    .option('--limit <number>', 'at most so many', parseCount, 50)
    .action(async (flags: ListFlags) => {
      await withConnection(context, flags, 'none', async ({ api }, io) => {
        const { project, limit } = flags;
        const status = flags.status ?? (isUnnamed(alerts, list) ? 'open' : undefined);
        const answer = await api.json<{ alerts: readonly AlertAnswer[] }>({
          method: 'GET',
          path: '/api/v1/alerts',
          query: { project, status, limit },
        });
        for (const alert of answer.alerts) {
          io.result(
            alert,
            `${alert.alertId}  ${alert.status.padEnd(12)} ${alert.disposition.padEnd(6)} ${alert.severity.padEnd(8)} ${alert.openedAt}  ${alert.title}`,
          );
        }
        if (answer.alerts.length === 0)
          io.note(
            status === undefined
              ? 'No alerts. When a detector finds something, it is listed here.'
              : `No ${status} alerts. When a detector finds something, it is listed here; all that there were: provost alerts list`,
          );
        return EXIT.ok;
      });
    });

  const decisions = [
    { verb: 'acknowledge', says: 'take an alert on' },
    { verb: 'resolve', says: 'close an alert' },
    { verb: 'suppress', says: 'silence an alert for a reason and a time' },
  ] as const;
  for (const { verb, says } of decisions) {
    const command = connectionOptions(alerts.command(verb).description(says)).argument(
      '<alert>',
      'alert id, from the list',
    );
    if (verb === 'suppress')
      command
        .requiredOption('--reason <text>', 'why')
        .requiredOption('--until <time>', 'until when (RFC 3339)');
    else command.option('--reason <text>', 'why');
    command.action(async (alertId: string, flags: DecideFlags) => {
      await withConnection(context, flags, 'all', async ({ api, drain }, io) => {
        const body = {
          ...(flags.reason === undefined ? {} : { reason: flags.reason }),
          ...(flags.until === undefined ? {} : { until: flags.until }),
        };
        const alert = await api.json<AlertAnswer>({
          method: 'POST',
          path: `/api/v1/alerts/${encodeURIComponent(alertId)}/${verb}`,
          body,
        });
        await drain();
        io.result(alert, `${alert.alertId} is ${alert.status}.`);
        return EXIT.ok;
      });
    });
  }
}
