import type { Static, TSchema } from 'typebox';
import * as activity from './activity-events.ts';
import * as build from './build-events.ts';
import * as evidence from './evidence-events.ts';
import * as governance from './governance-events.ts';
import * as own from './own-events.ts';
import * as registry from './registry-events.ts';

/**
 * Every event type, with the schema of its `data`. The schema is the type, the validation and the documentation.
 * A type is never renamed; an incompatible change of a schema is a new version.
 */
export const EVENT_SCHEMAS = {
  'artifact.pushed': registry.ArtifactPushed,
  'artifact.pulled': registry.ArtifactPulled,
  'artifact.deleted': registry.ArtifactDeleted,
  'artifact.inspected': registry.ArtifactInspected,
  'tag.moved': registry.TagMoved,
  'tag.deleted': registry.TagDeleted,
  'repository.created': registry.RepositoryCreated,
  'repository.deleted': registry.RepositoryDeleted,
  'repository.visibility-changed': registry.RepositoryVisibilityChanged,
  'registry.snapshot-taken': registry.RegistrySnapshotTaken,
  'build.started': build.BuildStarted,
  'build.finished': build.BuildFinished,
  'attestation.attached': evidence.AttestationAttached,
  'sbom.attached': evidence.SbomAttached,
  'signature.attached': evidence.SignatureAttached,
  'rebuild.compared': evidence.RebuildCompared,
  'vulnerability.reported': evidence.VulnerabilityReported,
  'source.ref-updated': activity.SourceRefUpdated,
  'workflow-run.started': activity.WorkflowRunStarted,
  'workflow-run.finished': activity.WorkflowRunFinished,
  'login.succeeded': activity.LoginSucceeded,
  'login.failed': activity.LoginFailed,
  'token.created': activity.TokenCreated,
  'token.used': activity.TokenUsed,
  'token.revoked': activity.TokenRevoked,
  'role.granted': activity.RoleGranted,
  'role.revoked': activity.RoleRevoked,
  'member.added': activity.MemberAdded,
  'member.removed': activity.MemberRemoved,
  'key.rotated': activity.KeyRotated,
  'package.published': activity.PackagePublished,
  'package.removed': activity.PackageRemoved,
  'change.announced': governance.ChangeAnnounced,
  'baseline.proposed': governance.BaselineProposed,
  'baseline.approved': governance.BaselineApproved,
  'baseline.revoked': governance.BaselineRevoked,
  'policy.changed': governance.PolicyChanged,
  'digest.tainted': governance.DigestTainted,
  'deviation.accepted': governance.DeviationAccepted,
  'remediation.assigned': governance.RemediationAssigned,
  'remediation.completed': governance.RemediationCompleted,
  'finding.raised': own.FindingRaised,
  'alert.opened': own.AlertOpened,
  'alert.acknowledged': own.AlertAcknowledged,
  'alert.resolved': own.AlertResolved,
  'alert.suppressed': own.AlertSuppressed,
  'alert.escalated': own.AlertEscalated,
  'alert.reopened': own.AlertReopened,
  'notification.delivered': own.NotificationDelivered,
  'notification.failed': own.NotificationFailed,
  'audit.started': own.AuditStarted,
  'audit.completed': own.AuditCompleted,
  'export.created': own.ExportCreated,
  'source.silent': own.SourceSilent,
  'source.gap-detected': own.SourceGapDetected,
  'deadline.passed': own.DeadlinePassed,
  'event.rejected': own.EventRejected,
  'checkpoint.published': own.CheckpointPublished,
  'credential.issued': own.CredentialIssued,
  'credential.revoked': own.CredentialRevoked,
} as const satisfies Record<string, TSchema>;

export type EventType = keyof typeof EVENT_SCHEMAS;
export type EventData<T extends EventType = EventType> = Static<(typeof EVENT_SCHEMAS)[T]>;

export const EVENT_TYPES = Object.keys(EVENT_SCHEMAS) as readonly EventType[];

/** Who may state a fact of this type through the API. */
export type Audience = 'source' | 'responder' | 'provost';

const OWN_PREFIXES = [
  'finding.',
  'alert.',
  'notification.',
  'audit.',
  'export.',
  'deadline.',
  'event.',
  'checkpoint.',
  'credential.',
];
const OWN_TYPES = new Set<string>(['source.silent', 'source.gap-detected']);
const GOVERNANCE_PREFIXES = [
  'change.',
  'baseline.',
  'policy.',
  'digest.',
  'deviation.',
  'remediation.',
];

/** Sources state facts about registries, builds and people; responders govern; the rest only Provost itself may say. */
export function audienceOf(type: EventType): Audience {
  if (OWN_TYPES.has(type) || OWN_PREFIXES.some((prefix) => type.startsWith(prefix)))
    return 'provost';
  return GOVERNANCE_PREFIXES.some((prefix) => type.startsWith(prefix)) ? 'responder' : 'source';
}

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_SCHEMAS, type);
}

/** Identifier of the schema of a type's `data`, as `dataschema` names it. */
export function schemaId(type: EventType): string {
  return `urn:provost:schema:${type}:1`;
}
