import type { Disposition, Finding, FindingSubject, Severity } from '../core/finding.ts';
import { type Alert, type AlertStatus, type HistoryItem, statusAt } from './alert.ts';

/** An alert as people and the API see it; times are RFC 3339 UTC. */
export type AlertView = {
  alertId: string;
  incidentId: string;
  project: string;
  fingerprint: string;
  rule: string;
  severity: Severity;
  disposition: Disposition;
  status: AlertStatus;
  title: string;
  subject: FindingSubject;
  openedAt: string;
  updatedAt: string;
  suppressedUntil?: string;
  /** Findings counted so far; `findings` holds the newest of them. */
  findingCount: number;
  findings: FindingView[];
  history: { at: string; type: string; by?: string; reason?: string }[];
};

type FindingView = Pick<
  Finding,
  'findingId' | 'occurredAt' | 'message' | 'evidence' | 'remediation'
>;

const EVENT_TYPES = {
  opened: 'alert.opened',
  escalated: 'alert.escalated',
  lowered: 'baseline.approved',
  acknowledged: 'alert.acknowledged',
  resolved: 'alert.resolved',
  suppressed: 'alert.suppressed',
  reopened: 'alert.reopened',
  notified: 'notification.delivered',
  'notification-failed': 'notification.failed',
} as const satisfies Record<HistoryItem['kind'], string>;

/** The alert at a moment: a suppression that has run out shows as open again. */
export function toAlertView(alert: Alert, findings: readonly Finding[], now: number): AlertView {
  const { alertId, incidentId, project, fingerprint, rule, severity, disposition } = alert;
  const status = statusAt(alert, now);
  const lastChange = alert.history.at(-1)?.at ?? alert.openedAt;
  return {
    alertId,
    incidentId,
    project,
    fingerprint,
    rule,
    severity,
    disposition,
    status,
    title: alert.title,
    subject: alert.subject,
    openedAt: iso(alert.openedAt),
    updatedAt: iso(Math.max(alert.lastSeenAt, lastChange)),
    ...(status === 'suppressed' && alert.suppression !== undefined
      ? { suppressedUntil: iso(alert.suppression.until) }
      : {}),
    findingCount: alert.count,
    findings: findings.map(({ findingId, occurredAt, message, evidence, remediation }) => ({
      findingId,
      occurredAt,
      message,
      evidence,
      remediation,
    })),
    history: alert.history.map(({ kind, at, by, reason }) => ({
      at: iso(at),
      type: EVENT_TYPES[kind],
      ...(by === undefined ? {} : { by }),
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
