import type { EventOf } from '../core/events/event.ts';
import { ownEnvelope } from '../core/events/own-envelope.ts';
import type { AuditReport } from './audit-report.ts';

type AuditHead = Pick<AuditReport, 'auditId' | 'project' | 'from' | 'to' | 'by'>;

/** The event that an audit began; its id is the same however often it is published. */
export function auditStarted(head: AuditHead, now: number): EventOf<'audit.started'> {
  const { auditId, project, from, to, by } = head;
  return {
    ...envelope(auditId, project, 'started', now),
    type: 'audit.started',
    data: { auditId, project, from, to, by },
  };
}

/** The event that an audit ended; it binds the report by its digest. */
export function auditCompleted(
  report: AuditReport,
  reportDigest: string,
): EventOf<'audit.completed'> {
  const { auditId, project, from, to, by, checks, counts } = report;
  return {
    ...envelope(auditId, project, 'completed', Date.parse(report.completedAt)),
    type: 'audit.completed',
    data: {
      auditId,
      project,
      from,
      to,
      by,
      reportDigest,
      checks: checks.length,
      deviations: counts.deviations,
    },
  };
}

function envelope(auditId: string, project: string, step: string, now: number) {
  const time = new Date(now).toISOString();
  return ownEnvelope({ id: `audit:${auditId}:${step}`, subject: auditId, project, time });
}
