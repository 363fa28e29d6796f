import { type Static, Type } from 'typebox';
import type { BaselinesView } from '../../detectors/view/baselines/baselines-view.ts';
import { ASPECTS } from '../core/baseline/baseline.ts';
import { DISPOSITIONS, FindingSubject, SEVERITIES } from '../core/finding.ts';

/** Status that the ledger's entries gave an alert; {@link statusAt} adds what the passing of time does to it. */
const ALERT_STATUSES = ['open', 'acknowledged', 'resolved', 'suppressed'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

const Milliseconds = Type.Integer();

const Position = Type.Object({
  shard: Type.Integer({ minimum: 0 }),
  index: Type.Integer({ minimum: 0 }),
});

const FindingReference = Type.Object({
  findingId: Type.String(),
  position: Position,
  at: Milliseconds,
});

const HistoryItem = Type.Object({
  kind: Type.Union([
    Type.Literal('opened'),
    Type.Literal('escalated'),
    Type.Literal('lowered'),
    Type.Literal('acknowledged'),
    Type.Literal('resolved'),
    Type.Literal('suppressed'),
    Type.Literal('reopened'),
    Type.Literal('notified'),
    Type.Literal('notification-failed'),
  ]),
  at: Milliseconds,
  position: Position,
  by: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
});

const Suppression = Type.Object({
  until: Milliseconds,
  /** What the person saw when deciding; anything worse breaks the silence. */
  severity: Type.Enum(SEVERITIES),
  disposition: Type.Enum(DISPOSITIONS),
  /** Findings that arrived during the silence. */
  held: Type.Integer({ minimum: 0 }),
});

const Strange = Type.Object({
  tags: Type.Array(Type.String()),
  builder: Type.Optional(Type.String()),
  actor: Type.String(),
  source: Type.Optional(Type.String()),
  /** The worst of the findings that call this strange. */
  severity: Type.Enum(SEVERITIES),
  disposition: Type.Enum(DISPOSITIONS),
  ways: Type.Array(
    Type.Array(Type.Object({ aspect: Type.Enum(ASPECTS), values: Type.Array(Type.String()) })),
  ),
});

export const Alert = Type.Object({
  alertId: Type.String(),
  incidentId: Type.String(),
  fingerprint: Type.String(),
  project: Type.String(),
  rule: Type.String(),
  title: Type.String(),
  subject: FindingSubject,
  actor: Type.Optional(Type.String()),
  severity: Type.Enum(SEVERITIES),
  disposition: Type.Enum(DISPOSITIONS),
  status: Type.Enum(ALERT_STATUSES),
  openedAt: Milliseconds,
  lastSeenAt: Milliseconds,
  closedAt: Type.Optional(Milliseconds),
  /** Findings folded in, the first one included. */
  count: Type.Integer({ minimum: 1 }),
  openedBy: Type.String(),
  /** The newest references, oldest first; the count goes on when the oldest fall out. */
  findings: Type.Array(FindingReference),
  history: Type.Array(HistoryItem),
  suppression: Type.Optional(Suppression),
  previousAlertId: Type.Optional(Type.String()),
  /** What its findings call strange, each once; absent when no baseline can explain all of them. */
  strange: Type.Optional(Type.Array(Strange)),
});

export const Incident = Type.Object({
  incidentId: Type.String(),
  project: Type.String(),
  firstAlertId: Type.String(),
  alertIds: Type.Array(Type.String()),
  severity: Type.Enum(SEVERITIES),
  disposition: Type.Enum(DISPOSITIONS),
  /** Rules that have asked for a page in this incident. */
  pagedRules: Type.Array(Type.String()),
  openedAt: Milliseconds,
  lastSeenAt: Milliseconds,
});

/** What the fold wants the ledger to say about an alert, and that has not come back yet. */
export const Announcement = Type.Object({
  eventId: Type.String(),
  kind: Type.Union([Type.Literal('opened'), Type.Literal('escalated'), Type.Literal('resolved')]),
  alertId: Type.String(),
  incidentId: Type.String(),
  project: Type.String(),
  fingerprint: Type.String(),
  rule: Type.String(),
  severity: Type.Enum(SEVERITIES),
  disposition: Type.Enum(DISPOSITIONS),
  title: Type.String(),
  repository: Type.Optional(Type.String()),
  findingId: Type.String(),
  finding: Position,
  /** RFC 3339: acceptance of the cause; both times of the event, so that it is the same bytes every time. */
  at: Type.String(),
  /** Why it is over. */
  reason: Type.Optional(Type.String()),
  /** Whether people are told (one incident, one page). */
  notify: Type.Boolean(),
});

/** An announcement in the ledger that some of its channels have not been told of. */
export const OutboxItem = Type.Object({
  eventId: Type.String(),
  kind: Type.Union([Type.Literal('opened'), Type.Literal('escalated'), Type.Literal('reopened')]),
  alertId: Type.String(),
  incidentId: Type.String(),
  project: Type.String(),
  severity: Type.Enum(SEVERITIES),
  disposition: Type.Enum(DISPOSITIONS),
  at: Type.String(),
  finding: Type.Optional(Position),
  channels: Type.Array(Type.String()),
});

export type Position = Static<typeof Position>;

export type Strange = Static<typeof Strange>;
export type HistoryItem = Static<typeof HistoryItem>;
export type Alert = Static<typeof Alert>;
export type Incident = Static<typeof Incident>;
export type Announcement = Static<typeof Announcement>;
export type OutboxItem = Static<typeof OutboxItem>;

/**
 * Everything the fold knows of one shard (or of several: projects never touch each other). It has one owner, who
 * lets `evolve` change it in place.
 */
export type AlertsState = {
  readonly alerts: Map<string, Alert>;
  /** Fingerprint → the alert that the next finding meets. */
  readonly current: Map<string, string>;
  readonly incidents: Map<string, Incident>;
  /** Project and key (actor, digest or repository) → the incident that the next alert may join. */
  readonly incidentKeys: Map<string, string>;
  readonly unannounced: Map<string, Announcement>;
  readonly outbox: Map<string, OutboxItem>;
  /** What people declared as known good, by project, as detection counts it. */
  readonly baselines: Map<string, BaselinesView>;
  /** Milliseconds: the newest acceptance time folded, and when closed alerts were last evicted. */
  now: number;
  sweptAt: number;
};

/** The empty state. */
export function initialState(): AlertsState {
  return {
    alerts: new Map(),
    current: new Map(),
    incidents: new Map(),
    incidentKeys: new Map(),
    unannounced: new Map(),
    outbox: new Map(),
    baselines: new Map(),
    now: 0,
    sweptAt: 0,
  };
}

/** The status that counts at a moment: a suppression ends by itself, and what it hid is open again. */
export function statusAt(alert: Alert, now: number): AlertStatus {
  const { suppression } = alert;
  if (alert.status !== 'suppressed' || suppression === undefined) return alert.status;
  return now < suppression.until ? 'suppressed' : 'open';
}

/** How bad something is, and what it asks of people. */
export type Weight = {
  readonly severity: (typeof SEVERITIES)[number];
  readonly disposition: (typeof DISPOSITIONS)[number];
};

/** Whether the finding asks for more, or is more severe, than what is known. */
export function isWorse(finding: Weight, known: Weight): boolean {
  return (
    asksMore(finding.disposition, known.disposition) ||
    SEVERITIES.indexOf(finding.severity) > SEVERITIES.indexOf(known.severity)
  );
}

/** Whether a disposition asks more of people than another. */
export function asksMore(a: Weight['disposition'], b: Weight['disposition']): boolean {
  return DISPOSITIONS.indexOf(a) > DISPOSITIONS.indexOf(b);
}

/** The higher of both, severity and disposition each for itself. */
export function worst(a: Weight, b: Weight): Weight {
  return {
    severity:
      SEVERITIES.indexOf(a.severity) >= SEVERITIES.indexOf(b.severity) ? a.severity : b.severity,
    disposition: asksMore(b.disposition, a.disposition) ? b.disposition : a.disposition,
  };
}
