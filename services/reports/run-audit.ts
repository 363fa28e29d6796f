import { toBase64 } from '../core/bytes.ts';
import { type Problem, problem } from '../core/errors.ts';
import type { EventType } from '../core/events/catalogue.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { searchAll } from '../ledger/search-all.ts';
import {
  type AuditReport,
  type CheckReport,
  type Correction,
  type Deviation,
  MOST_LISTED,
  REPORT_FORMAT,
  type ReportedFinding,
} from './audit-report.ts';
import { type Check, type CheckContext, counted } from './checks/check.ts';
import { correctionsDue } from './checks/corrections-due.ts';
import { findingsHandled } from './checks/findings-handled.ts';
import { ledgerWhole } from './checks/ledger-whole.ts';
import { tagsExplained } from './checks/tags-explained.ts';
import { foldTags } from './fold-tags.ts';
import { type GovernanceFacts, readGovernanceFacts } from './governance-facts.ts';
import { type HandledFinding, readHandledFindings } from './handled-findings.ts';
import { listCorrections } from './list-corrections.ts';
import { readRegistryFacts } from './registry-facts.ts';
import { createTimeline } from './timeline.ts';

const CHECKS: readonly Check[] = [ledgerWhole, tagsExplained, findingsHandled, correctionsDue];

export type AuditRequest = {
  readonly auditId: string;
  readonly project: string;
  /** RFC 3339; from ≤ time < to. */
  readonly from: string;
  readonly to: string;
  readonly by: string;
  /** Milliseconds: when the audit is run; findings are judged by their state then. */
  readonly now: number;
  readonly ledger: Pick<Ledger, 'search' | 'fsck' | 'latestCheckpoint'>;
  /** Verifier keys (C2SP vkey texts) of the shards' checkpoints. */
  readonly keys: readonly string[];
};

const CHANGES: readonly EventType[] = [
  'artifact.pushed',
  'artifact.deleted',
  'tag.moved',
  'tag.deleted',
  'repository.created',
  'repository.deleted',
  'repository.visibility-changed',
];

/** Asks every check of a project's period and answers the whole report; the same ledger and `now` give the same one. */
export async function runAudit(request: AuditRequest): Promise<Outcome<AuditReport>> {
  const { ledger, project, from, to, now, keys, auditId, by } = request;
  const wrong = checkPeriod(request);
  if (wrong !== undefined) return fail(wrong);
  const seen = await observePeriod(request);
  const facts = await readRegistryFacts(ledger, project, to);
  for (const { shard } of facts) seen.shards.add(shard);
  const findings = await readHandledFindings(ledger, { project, from, to }, now);
  for (const { shard } of findings) seen.shards.add(shard);
  const governance = await readGovernanceFacts(ledger, project, now);
  const shards = [...seen.shards].sort((a, b) => a - b);
  const corrections = listCorrections(findings, governance, now);
  const tags = foldTags(facts);
  const context: CheckContext = {
    project,
    from,
    to,
    now,
    ledger,
    keys,
    shards,
    tags,
    findings,
    corrections,
    governance,
  };
  const checks: CheckReport[] = [];
  for (const check of CHECKS) checks.push(await runCheck(check, context));
  const found = checks.flatMap(({ deviations }) => deviations);
  const accepted = found.filter((one) => one.accepted !== undefined).length;
  const omitted = checks.reduce((sum, check) => sum + check.omitted, 0);
  const counts = {
    entries: seen.entries,
    changes: seen.changes,
    findings: findings.length,
    deviations: found.length + omitted - accepted,
    accepted,
  };
  return ok({
    format: REPORT_FORMAT,
    auditId,
    project,
    from,
    to,
    by,
    completedAt: new Date(now).toISOString(),
    verdict: judge(project, checks, counts, corrections),
    counts,
    ledger: await describeShards(ledger, shards),
    checks,
    findings: findings.slice(0, MOST_LISTED).map(toReported),
    corrections: corrections.slice(0, MOST_LISTED),
    omitted: {
      findings: Math.max(0, findings.length - MOST_LISTED),
      corrections: Math.max(0, corrections.length - MOST_LISTED),
    },
    timeline: [...seen.timeline.build(findings)],
  });
}

/** What is wrong with a period, if anything. */
export function checkPeriod({ from, to }: Pick<AuditRequest, 'from' | 'to'>): Problem | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  return Number.isNaN(start) || Number.isNaN(end) || start >= end
    ? problem('audit.period', `expected from before to as RFC 3339, received ${from} and ${to}`)
    : undefined;
}

async function observePeriod({ ledger, project, from, to }: AuditRequest) {
  const timeline = createTimeline(from, to);
  const shards = new Set<number>();
  let entries = 0;
  let changes = 0;
  for await (const { shard, event } of searchAll(ledger, { project, from, to })) {
    entries++;
    shards.add(shard);
    if (!CHANGES.includes(event.type)) continue;
    changes++;
    timeline.addChange(event.time);
  }
  return { timeline, shards, entries, changes };
}

async function runCheck(check: Check, context: CheckContext): Promise<CheckReport> {
  const { id, title, question, controls } = check;
  const result = await check.run(context);
  const deviations = result.deviations.map((one) => withAcceptance(one, context.governance));
  const allAccepted = deviations.length > 0 && deviations.every((one) => one.accepted);
  return {
    id,
    title,
    question,
    controls: [...controls],
    // What people accepted, with a reason and for a time, is shown but fails nothing.
    status: result.status === 'fail' && allAccepted ? 'attention' : result.status,
    summary: result.summary,
    deviations: deviations.slice(0, MOST_LISTED),
    omitted: Math.max(0, deviations.length - MOST_LISTED),
  };
}

function withAcceptance(deviation: Deviation, { accepted }: GovernanceFacts): Deviation {
  const acceptance = accepted.get(deviation.deviationId);
  if (acceptance === undefined) return deviation;
  const { by, reason, until } = acceptance;
  return { ...deviation, accepted: { by, reason, ...(until !== undefined && { until }) } };
}

function judge(
  project: string,
  checks: readonly CheckReport[],
  counts: AuditReport['counts'],
  corrections: readonly Correction[],
): AuditReport['verdict'] {
  const failed = checks.filter(({ status }) => status === 'fail').length;
  if (failed > 0) {
    const deviations = counted(counts.deviations, 'deviation');
    const verb = counts.deviations === 1 ? 'needs' : 'need';
    return {
      status: 'fail',
      sentence: `${deviations} ${verb} correction in project ${project}: ${failed} of ${checks.length} checks failed.`,
    };
  }
  if (counts.entries === 0) {
    const sentence = `The ledger holds no event of project ${project} in this period, so nothing can be said about it.`;
    return { status: 'empty', sentence };
  }
  const unsure = checks.filter(({ status }) => status === 'attention').length;
  if (unsure === 0) {
    return { status: 'pass', sentence: `Project ${project} is in order: every check passed.` };
  }
  const waiting = corrections.filter(
    ({ state }) => state !== 'done' && state !== 'accepted',
  ).length;
  const work =
    waiting === 0
      ? `Nothing was found that must be corrected in project ${project}`
      : `${counted(waiting, 'correction')} ${waiting === 1 ? 'waits' : 'wait'} to be made in project ${project}`;
  return {
    status: 'attention',
    sentence: `${work}; ${unsure} of ${checks.length} checks want attention.`,
  };
}

async function describeShards(
  ledger: AuditRequest['ledger'],
  shards: readonly number[],
): Promise<AuditReport['ledger']> {
  const described: AuditReport['ledger'] = [];
  for (const shard of shards) {
    const checkpoint = await ledger.latestCheckpoint(shard);
    if (checkpoint === undefined) continue;
    const { size, root, signedAt } = checkpoint;
    described.push({ shard, size, root: toBase64(root), signedAt });
  }
  return described;
}

function toReported({ finding, raisedAt, state, alert }: HandledFinding): ReportedFinding {
  const { findingId, rule, severity, disposition, title, message, subject, occurredAt } = finding;
  return {
    findingId,
    rule,
    severity,
    disposition,
    title,
    message,
    subject: subject.key,
    occurredAt,
    raisedAt,
    state,
    handling: (alert?.history ?? []).map(({ kind, at, by, reason }) => ({
      kind,
      at: new Date(at).toISOString(),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    })),
    evidence: finding.evidence.map(({ shard, index }) => ({ shard, index })),
  };
}
