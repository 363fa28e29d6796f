import { type Static, Type } from 'typebox';
import { Timestamp } from '../../core/events/fields.ts';
import { Evidence, FindingSubject, RemediationStep, SEVERITIES } from '../../core/finding.ts';

export const ALERT_STATUSES = ['open', 'acknowledged', 'resolved', 'suppressed'] as const;

/** The life of the findings that share a fingerprint, as it stands now. */
export const AlertView = Type.Object(
  {
    alertId: Type.String(),
    incidentId: Type.String({ description: 'Incident that the alert belongs to' }),
    project: Type.String(),
    fingerprint: Type.String({ description: 'Hash of rule and subject' }),
    rule: Type.String(),
    severity: Type.Enum(SEVERITIES),
    disposition: Type.Union([Type.Literal('log'), Type.Literal('ticket'), Type.Literal('page')]),
    status: Type.Enum(ALERT_STATUSES),
    title: Type.String(),
    subject: FindingSubject,
    openedAt: Timestamp,
    updatedAt: Timestamp,
    suppressedUntil: Type.Optional(Timestamp),
    findingCount: Type.Integer({ description: 'Findings so far; `findings` holds the newest' }),
    findings: Type.Array(
      Type.Object({
        findingId: Type.String(),
        occurredAt: Type.String(),
        message: Type.String(),
        evidence: Type.Array(Evidence),
        remediation: Type.Object({
          summary: Type.String(),
          owner: Type.String(),
          steps: Type.Array(RemediationStep),
        }),
      }),
      { description: 'Newest last' },
    ),
    history: Type.Array(
      Type.Object({
        at: Timestamp,
        type: Type.String({ description: 'Event type, e.g. alert.acknowledged' }),
        by: Type.Optional(Type.String()),
        reason: Type.Optional(Type.String()),
      }),
      { description: 'What happened to the alert, oldest first' },
    ),
  },
  {
    title: 'Alert',
    description: 'An alert: findings with the same rule and subject, and how they were handled',
  },
);

/** Alerts that belong together: same project and same actor, digest or burst. */
export const IncidentView = Type.Object(
  {
    incidentId: Type.String(),
    project: Type.String(),
    openedAt: Timestamp,
    alerts: Type.Array(AlertView),
  },
  {
    title: 'Incident',
    description: 'Alerts that belong together; people are notified once per incident',
  },
);

export type AlertView = Static<typeof AlertView>;
export type IncidentView = Static<typeof IncidentView>;
