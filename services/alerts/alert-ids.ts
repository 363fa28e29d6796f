import { createHash } from 'node:crypto';

/** Same rule about the same subject in the same project: 32 hex digits. */
export function fingerprintOf(
  project: string,
  finding: { readonly rule: string; readonly subject: { readonly key: string } },
): string {
  return hash('fingerprint', project, finding.rule, finding.subject.key);
}

/** An alert is named by the finding that opened it, so that every fold of the same entries gives the same id. */
export function alertIdOf(fingerprint: string, findingId: string): string {
  return hash('alert', fingerprint, findingId);
}

/** An incident is named by its first alert. */
export function incidentIdOf(firstAlertId: string): string {
  return hash('incident', firstAlertId);
}

/** Event id of the one `alert.opened` of an alert. */
export function openedEventId(alertId: string): string {
  return `alert:${alertId}:opened`;
}

/** Event id of the `alert.escalated` that a finding causes. */
export function escalatedEventId(alertId: string, findingId: string): string {
  return `alert:${alertId}:escalated:${findingId}`;
}

/** Event id of the `alert.reopened` when the suppression until that moment ends. */
export function reopenedEventId(alertId: string, until: number): string {
  return `alert:${alertId}:reopened:${until}`;
}

/** Event id of the `alert.resolved` that an approved baseline causes. */
export function explainedEventId(alertId: string, baselineId: string, version: number): string {
  return `alert:${alertId}:resolved:${hash('baseline', baselineId, String(version))}`;
}

/** The same for every attempt, before and after a crash: receivers recognise a repeated notification by it. */
export function notificationIdOf(announcementId: string, channel: string): string {
  return hash('notification', announcementId, channel);
}

// Lengths keep the parts apart: ("ab","c") and ("a","bc") differ.
function hash(...parts: readonly string[]): string {
  const sha256 = createHash('sha256');
  for (const part of parts) sha256.update(`${Buffer.byteLength(part)}:`).update(part);
  return sha256.digest('hex').slice(0, 32);
}
