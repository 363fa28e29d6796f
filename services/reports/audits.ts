import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import type { Clock } from '../core/clock.ts';
import type { ProvostEvent } from '../core/events/event.ts';
import { parseJson } from '../core/json/parse-json.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { auditCompleted, auditStarted } from './audit-events.ts';
import { AuditReport } from './audit-report.ts';
import { renderReportHtml } from './render-report-html.ts';
import { renderReportJson, reportDigest } from './render-report-json.ts';
import { checkPeriod, runAudit } from './run-audit.ts';

/** A report that was kept, in both forms. */
export type KeptReport = {
  readonly auditId: string;
  readonly project: string;
  readonly from: string;
  readonly to: string;
  readonly completedAt: string;
  readonly checks: number;
  readonly deviations: number;
  /** SHA-256 digest of `json`. */
  readonly digest: string;
  readonly json: string;
  readonly html: string;
};

export type AuditsDeps = {
  readonly ledger: Pick<Ledger, 'search' | 'fsck' | 'latestCheckpoint'>;
  readonly keys: readonly string[];
  readonly clock: Clock;
  readonly newId: () => string;
  /** Where reports are kept, e.g. `<data>/reports`; made where it is missing. */
  readonly directory: string;
  readonly publicUrl?: string | undefined;
  /** Resolves once the event is durable. */
  readonly publish: (event: ProvostEvent) => Promise<void>;
};

export type Audits = {
  /** Runs the audit, keeps the report on disk, and states both its beginning and its end as events. */
  readonly run: (request: {
    readonly project: string;
    readonly from: string;
    readonly to: string;
    readonly by: string;
  }) => Promise<Outcome<KeptReport>>;
  /** A kept report, or undefined when there is none that is whole. */
  readonly find: (auditId: string) => Promise<KeptReport | undefined>;
};

const AUDIT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const MAX_REPORT_BYTES = 256 * 1024 ** 2;
const validator = Compile(AuditReport);

/** Audits over a ledger, with their reports as files that are there whole or not at all. */
export function createAudits(deps: AuditsDeps): Audits {
  const { ledger, keys, clock, newId, directory, publicUrl, publish } = deps;
  return {
    run: async (request) => {
      const wrong = checkPeriod(request);
      if (wrong !== undefined) return fail(wrong);
      const auditId = newId();
      if (!AUDIT_ID.test(auditId)) throw new TypeError('expected an id that can be a file name');
      const now = clock.now();
      await publish(auditStarted({ ...request, auditId }, now));
      const made = await runAudit({ ...request, auditId, now, ledger, keys });
      if (!made.ok) return made;
      const kept = render(made.value, publicUrl);
      await mkdir(directory, { recursive: true });
      // The page first: a report counts as kept once its JSON is there.
      await writeWhole(join(directory, `${auditId}.html`), kept.html);
      await writeWhole(join(directory, `${auditId}.json`), kept.json);
      await publish(auditCompleted(made.value, kept.digest));
      return ok(kept);
    },
    find: async (auditId) => {
      if (!AUDIT_ID.test(auditId)) return undefined;
      const bytes = await readIfThere(join(directory, `${auditId}.json`));
      if (bytes === undefined) return undefined;
      const parsed = parseJson(bytes, { maxBytes: MAX_REPORT_BYTES });
      // The page is made again from the model, so the two never differ.
      return parsed.ok && validator.Check(parsed.value)
        ? render(parsed.value, publicUrl)
        : undefined;
    },
  };
}

function render(report: AuditReport, publicUrl: string | undefined): KeptReport {
  const json = renderReportJson(report);
  const digest = reportDigest(json);
  const { auditId, project, from, to, completedAt, checks, counts } = report;
  return {
    auditId,
    project,
    from,
    to,
    completedAt,
    checks: checks.length,
    deviations: counts.deviations,
    digest,
    json,
    html: renderReportHtml(report, { digest, publicUrl }),
  };
}

async function writeWhole(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.part`, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
