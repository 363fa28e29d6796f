import { Cron } from 'croner';
import type { AuditScheduleConfig } from '../config/governance.ts';
import type { Clock } from '../core/clock.ts';
import type { Outcome } from '../core/outcome.ts';
import type { KeptReport } from './audits.ts';

/** A mail with a report; whoever sends it knows the sender's address and the server. */
export type ReportMail = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    readonly content: string;
  }[];
};

export type ScheduleDeps = {
  readonly audits: readonly AuditScheduleConfig[];
  readonly clock: Clock;
  readonly run: (request: {
    readonly project: string;
    readonly from: string;
    readonly to: string;
    readonly by: string;
  }) => Promise<Outcome<KeptReport>>;
  readonly sendReport: (mail: ReportMail) => Promise<void>;
  /** Milliseconds of the last due time that was served, so that a stop in between is made up for. */
  readonly lastServed: (key: string) => Promise<number | undefined>;
  readonly saveServed: (key: string, due: number) => Promise<void>;
  readonly log: { readonly error: (fields: object, message: string) => void };
};

export type AuditScheduler = {
  /** Runs what has become due; an audit that was missed several times runs once. Never rejects. */
  readonly tick: () => Promise<void>;
  /** Milliseconds at which an audit is due next, or undefined when none is scheduled. */
  readonly nextDue: () => number | undefined;
};

const DAY = 24 * 60 * 60 * 1000;
/** How often a due audit is tried again while it fails. */
const RETRY = 5 * 60 * 1000;

/**
 * Serves the configured schedules. Whoever owns time calls `tick` now and then, a minute apart at most; two ticks never
 * overlap, and one schedule's failure (an outage, a full mailbox) neither stops the others nor loses its turn.
 */
export function createAuditSchedule(deps: ScheduleDeps): AuditScheduler {
  const { clock, log } = deps;
  const startedAt = clock.now();
  const schedules = deps.audits.map(
    (config): Schedule => ({
      config,
      key: keyOf(config),
      cron: new Cron(config.cron, { timezone: 'UTC', mode: '5-part', paused: true }),
      notBefore: 0,
      unsent: undefined,
    }),
  );
  let running: Promise<void> | undefined;

  const serve = async (schedule: Schedule): Promise<void> => {
    const now = clock.now();
    if (now < schedule.notBefore) return;
    const { config, key, cron } = schedule;
    try {
      const [latest] = cron.previousRuns(1, new Date(now + 1));
      if (latest === undefined) return;
      const due = latest.getTime();
      // The first start serves nothing of the time before it.
      const served = await deps.lastServed(key);
      if (served === undefined) await deps.saveServed(key, startedAt);
      if (due <= (served ?? startedAt)) return;
      // A report that could not be mailed is mailed again, not made again.
      if (schedule.unsent?.due !== due) {
        const report = await runDue(deps, config, due);
        schedule.unsent = { due, report };
      }
      await deps.sendReport(toMail(schedule.unsent.report, config.mail));
      await deps.saveServed(key, due);
      schedule.unsent = undefined;
    } catch (error) {
      schedule.notBefore = now + RETRY;
      const reason = error instanceof Error ? error.message : 'unknown reason';
      log.error({ project: config.project, reason }, 'a scheduled audit failed; it is tried again');
    }
  };

  const serveAll = async () => {
    for (const schedule of schedules) await serve(schedule);
  };

  return {
    tick: () => {
      running ??= serveAll().finally(() => {
        running = undefined;
      });
      return running;
    },
    nextDue: () => {
      const now = new Date(clock.now());
      const times = schedules.map(({ cron }) => cron.nextRun(now)?.getTime());
      const known = times.filter((time) => time !== undefined);
      return known.length === 0 ? undefined : Math.min(...known);
    },
  };
}

type Schedule = {
  readonly config: AuditScheduleConfig;
  readonly key: string;
  readonly cron: Cron;
  notBefore: number;
  unsent: Unsent | undefined;
};

type Unsent = { readonly due: number; readonly report: KeptReport };

async function runDue(
  deps: ScheduleDeps,
  { project, days, cron }: AuditScheduleConfig,
  due: number,
): Promise<KeptReport> {
  const made = await deps.run({
    project,
    from: new Date(due - days * DAY).toISOString(),
    to: new Date(due).toISOString(),
    by: `schedule ${cron}`,
  });
  if (!made.ok) throw new Error(`${made.problem.code}: ${made.problem.message}`);
  return made.value;
}

function keyOf({ project, cron, days, mail }: AuditScheduleConfig): string {
  return JSON.stringify([project, cron, days, mail]);
}

function toMail(report: KeptReport, to: readonly string[]): ReportMail {
  const { project, auditId, deviations, json, html, digest } = report;
  const period = `${report.from.slice(0, 10)} to ${report.to.slice(0, 10)}`;
  const found = deviations === 1 ? '1 deviation' : `${deviations} deviations`;
  return {
    to,
    subject: `Audit of ${project}, ${period}: ${found}`,
    text: `The audit of ${project} for ${period} found ${found}.\n\nThe attached page is for reading, the JSON file for machines.\nReport ${auditId}, ${digest}\n`,
    attachments: [
      { filename: `audit-${auditId}.html`, contentType: 'text/html; charset=utf-8', content: html },
      { filename: `audit-${auditId}.json`, contentType: 'application/json', content: json },
    ],
  };
}
