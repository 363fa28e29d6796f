import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { toHex, utf8 } from '../core/bytes.ts';
import type { Clock } from '../core/clock.ts';
import { ProvostError } from '../core/errors.ts';
import { sha256 } from '../core/merkle/hash-leaf.ts';
import type { Audits } from '../reports/audits.ts';
import { createAuditSchedule, type ReportMail } from '../reports/schedule.ts';

const TICK_MS = 30_000;

/** Serves the audit schedules of the governance file where this process has the api role; returns how to stop it. */
export function startAuditSchedule(deps: {
  readonly config: Config;
  readonly clock: Clock;
  readonly audits: Audits;
  readonly log: Logger;
}): () => Promise<void> {
  const { config, clock, audits, log } = deps;
  const schedules = config.governance.audits ?? [];
  if (schedules.length === 0 || !config.roles.includes('api')) return async () => {};
  const directory = join(config.dataDirectory, 'schedules');
  const schedule = createAuditSchedule({
    audits: schedules,
    clock,
    run: audits.run,
    sendReport: createReportSender(config),
    lastServed: (key) => readServed(directory, key),
    saveServed: (key, due) => saveServed(directory, key, due),
    log,
  });
  const timer = setInterval(() => void schedule.tick(), TICK_MS);
  const first = schedule.tick();
  return async () => {
    clearInterval(timer);
    await first;
  };
}

function createReportSender(config: Config): (mail: ReportMail) => Promise<void> {
  const { smtpUrl, mailFrom } = config;
  if (smtpUrl === undefined)
    throw new ProvostError(
      'config.invalid',
      'audits are mailed, which needs PROVOST_SMTP_URL or PROVOST_SMTP_URL_FILE',
    );
  const transport = createTransport({
    url: smtpUrl,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ to, subject, text, attachments }) => {
    await transport.sendMail({
      from: mailFrom,
      to: [...to],
      subject,
      text,
      attachments: [...attachments],
    });
  };
}

/** The key may hold anything of the governance file and be of any length, so the file bears its hash. */
function fileOf(directory: string, key: string): string {
  return join(directory, `${toHex(sha256(utf8(key)))}.txt`);
}

async function readServed(directory: string, key: string): Promise<number | undefined> {
  try {
    const served = Number(await readFile(fileOf(directory, key), 'utf8'));
    return Number.isSafeInteger(served) ? served : undefined;
  } catch {
    return undefined;
  }
}

async function saveServed(directory: string, key: string, due: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const file = fileOf(directory, key);
  await writeFile(`${file}.new`, String(due));
  await rename(`${file}.new`, file);
}
