import type { Disposition, Finding, RemediationStep, Severity } from '../../core/finding.ts';
import type { Alert, AlertsState, OutboxItem } from '../alert.ts';
import { notificationIdOf, openedEventId } from '../alert-ids.ts';

/** What one channel tells people about one announcement: every channel renders this one model. */
export type Notification = {
  readonly notificationId: string;
  /** Notification that began the incident's thread on this channel; its own id when it is that one. */
  readonly threadId: string;
  readonly kind: 'opened' | 'escalated' | 'reopened';
  readonly channel: string;
  readonly project: string;
  readonly incidentId: string;
  readonly alertId: string;
  readonly alertsInIncident: number;
  readonly findingsInAlert: number;
  readonly severity: Severity;
  readonly disposition: Disposition;
  readonly rule: string;
  readonly title: string;
  readonly message: string;
  readonly subject: string;
  readonly actor: string | undefined;
  /** RFC 3339: when the judged event happened and when the finding was accepted. */
  readonly occurredAt: string;
  readonly raisedAt: string;
  readonly observed: readonly NamedValue[];
  readonly expected: readonly NamedValue[];
  readonly context: readonly string[];
  readonly evidence: readonly EvidenceLink[];
  readonly remediation: {
    readonly summary: string;
    readonly owner: string;
    readonly steps: readonly RemediationStep[];
  };
  readonly acknowledge: { readonly command: string; readonly url: string | undefined };
};

export type NamedValue = { readonly name: string; readonly value: string };
type EvidenceLink = {
  readonly shard: number;
  readonly index: number;
  readonly role: string;
  readonly url: string | undefined;
};

const MAX_VALUE = 512;

/** Builds the model; without the finding (it is unreadable) people still hear that there is an alert. */
export function createNotification(
  state: AlertsState,
  item: OutboxItem,
  channel: string,
  finding: Finding | undefined,
  publicUrl: string | undefined,
): Notification {
  const alert: Alert | undefined = state.alerts.get(item.alertId);
  const incident = state.incidents.get(item.incidentId);
  const notificationId = notificationIdOf(item.eventId, channel);
  const base = publicUrl?.replace(/\/+$/, '');
  const path = `/api/v1/alerts/${item.alertId}`;
  return {
    notificationId,
    threadId:
      incident === undefined
        ? notificationId
        : notificationIdOf(openedEventId(incident.firstAlertId), channel),
    kind: item.kind,
    channel,
    project: item.project,
    incidentId: item.incidentId,
    alertId: item.alertId,
    alertsInIncident: incident?.alertIds.length ?? 1,
    findingsInAlert: alert?.count ?? 1,
    severity: item.severity,
    disposition: item.disposition,
    rule: finding?.rule ?? alert?.rule ?? 'unknown',
    title: finding?.title ?? alert?.title ?? `Alert ${item.alertId}`,
    message: finding?.message ?? 'The finding could not be read; the ledger has it.',
    subject: finding?.subject.key ?? alert?.subject.key ?? 'unknown',
    actor: finding?.actor ?? alert?.actor,
    occurredAt: finding?.occurredAt ?? item.at,
    raisedAt: item.at,
    observed: named(finding?.observed),
    expected: named(finding?.expected),
    context: finding?.context.map(({ reason }) => reason) ?? [],
    evidence: (finding?.evidence ?? []).map(({ shard, index, role }) => ({
      shard,
      index,
      role,
      url: base === undefined ? undefined : `${base}/api/v1/entries/${shard}/${index}`,
    })),
    remediation: finding?.remediation ?? { summary: '', owner: '', steps: [] },
    acknowledge: {
      url: base === undefined ? undefined : `${base}${path}`,
      command: `provost alerts acknowledge ${item.alertId}${base === undefined ? '' : ` --url ${base}`}`,
    },
  };
}

function named(values: Readonly<Record<string, unknown>> | undefined): readonly NamedValue[] {
  return Object.entries(values ?? {}).map(([name, value]) => ({
    name,
    value: (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, MAX_VALUE),
  }));
}
