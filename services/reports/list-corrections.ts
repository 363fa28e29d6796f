import type { Severity } from '../core/finding.ts';
import type { Correction } from './audit-report.ts';
import type { GovernanceFacts } from './governance-facts.ts';
import type { HandledFinding } from './handled-findings.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Days that a correction may take, by severity, where nobody set a date. */
const DAYS: Readonly<Record<Severity, number>> = {
  critical: 1,
  high: 7,
  medium: 30,
  low: 90,
  info: 90,
};

/** One correction for each alert that asks for work, worst first: step, owner, due date and state. */
export function listCorrections(
  findings: readonly HandledFinding[],
  governance: GovernanceFacts,
  now: number,
): readonly Correction[] {
  const groups = new Map<string, HandledFinding[]>();
  for (const one of findings) {
    if (one.finding.disposition === 'log') continue;
    const key = one.alert?.alertId ?? one.finding.findingId;
    const group = groups.get(key) ?? [];
    group.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => {
    const worst = group[0];
    return worst === undefined ? [] : [toCorrection(worst, group, governance, now)];
  });
}

function toCorrection(
  worst: HandledFinding,
  group: readonly HandledFinding[],
  { accepted, assigned, completed }: GovernanceFacts,
  now: number,
): Correction {
  const { finding } = worst;
  const ids = group.map((one) => one.finding.findingId);
  const assignment = ids.map((id) => assigned.get(id)).find((one) => one !== undefined);
  const raisedAt = Math.min(...group.map((one) => Date.parse(one.raisedAt)));
  const due = assignment?.dueAt ?? new Date(raisedAt + DAYS[finding.severity] * DAY).toISOString();
  const isDone = worst.state === 'resolved' || ids.some((id) => completed.has(id));
  const isAccepted = worst.state === 'suppressed' || ids.some((id) => accepted.has(id));
  const isLate = now > Date.parse(due);
  const pending = isLate ? 'overdue' : assignment === undefined ? 'open' : 'assigned';
  return {
    findingId: finding.findingId,
    rule: finding.rule,
    severity: finding.severity,
    subject: finding.subject.key,
    findings: group.length,
    summary: finding.remediation.summary,
    steps: finding.remediation.steps,
    owner: assignment?.owner ?? finding.remediation.owner,
    dueAt: due,
    state: isDone ? 'done' : isAccepted ? 'accepted' : pending,
  };
}
