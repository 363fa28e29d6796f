import { Type } from 'typebox';
import { DISPOSITIONS, Finding, SEVERITIES } from '../finding.ts';
import { Digest, LongText, ShortText, Timestamp } from './fields.ts';

/** Facts that Provost itself states; a source can never send one of these. */

export const FindingRaised = Type.Object(
  { project: ShortText('Project'), finding: Finding },
  { description: 'A detector judged an entry' },
);

const alert = {
  project: ShortText('Project'),
  alertId: ShortText('Alert'),
  incidentId: ShortText('Incident that the alert belongs to'),
} as const;

/** The outbox is the ledger: who is to be told is decided once and stands in the announcement itself. */
const notify = Type.Optional(Type.Array(ShortText('Channel to notify'), { maxItems: 256 }));

const decision = {
  ...alert,
  by: ShortText('Person or rule that decided'),
  reason: Type.Optional(LongText('Why')),
} as const;

export const AlertOpened = Type.Object(
  {
    ...alert,
    fingerprint: ShortText('Hash of rule and subject'),
    rule: ShortText('Rule'),
    severity: Type.Enum(SEVERITIES, { description: 'Severity' }),
    disposition: Type.Enum(DISPOSITIONS, { description: 'page, ticket or log' }),
    title: LongText('One line for a person'),
    findingId: ShortText('First finding'),
    repository: Type.Optional(Type.String({ maxLength: 255 })),
    notify,
  },
  { description: 'An alert was opened by its first finding' },
);
export const AlertAcknowledged = Type.Object(decision, {
  description: 'Somebody took the alert on',
});
export const AlertResolved = Type.Object(decision, { description: 'Somebody closed the alert' });
export const AlertSuppressed = Type.Object(
  { ...decision, until: Timestamp },
  { description: 'The alert is silent until the given time' },
);
export const AlertEscalated = Type.Object(
  {
    ...alert,
    severity: Type.Enum(SEVERITIES, { description: 'Severity' }),
    disposition: Type.Enum(DISPOSITIONS, { description: 'page, ticket or log' }),
    findingId: ShortText('Finding that raised it'),
    notify,
  },
  { description: 'An open alert became more severe' },
);

export const AlertReopened = Type.Object(
  {
    ...alert,
    severity: Type.Enum(SEVERITIES, { description: 'Severity' }),
    disposition: Type.Enum(DISPOSITIONS, { description: 'page, ticket or log' }),
    findingId: ShortText('Newest finding'),
    until: Timestamp,
    notify,
  },
  { description: 'The silence of an alert that nobody has closed is over' },
);

const notification = {
  project: ShortText('Project'),
  incidentId: ShortText('Incident'),
  alertId: ShortText('Alert'),
  notificationId: ShortText('Notification: the same for every attempt'),
  channel: ShortText('Channel name'),
  channelKind: ShortText('email or webhook'),
  attempts: Type.Integer({ minimum: 1 }),
} as const;

export const NotificationDelivered = Type.Object(notification, {
  description: 'A channel accepted the notification',
});
export const NotificationFailed = Type.Object(
  { ...notification, code: ShortText('Error code'), reason: LongText('What the channel said') },
  { description: 'A channel refused the notification, or every attempt failed' },
);

const audit = {
  auditId: ShortText('Audit'),
  project: ShortText('Project'),
  from: Timestamp,
  to: Timestamp,
  by: ShortText('Person or schedule'),
} as const;

export const AuditStarted = Type.Object(audit, { description: 'An audit began' });
export const AuditCompleted = Type.Object(
  {
    ...audit,
    reportDigest: Digest,
    checks: Type.Integer({ minimum: 0 }),
    deviations: Type.Integer({ minimum: 0 }),
  },
  { description: 'An audit ended with a report' },
);

export const ExportCreated = Type.Object(
  {
    exportId: ShortText('Export'),
    project: ShortText('Project'),
    from: Timestamp,
    to: Timestamp,
    packDigest: Digest,
    entries: Type.Integer({ minimum: 0 }),
    by: ShortText('Person'),
  },
  { description: 'A compliance pack left the house' },
);

export const SourceSilent = Type.Object(
  {
    sourceName: ShortText('Source'),
    lastSeenAt: Type.Optional(Timestamp),
    expectedEverySeconds: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { description: 'A source has sent nothing for longer than it should' },
);
export const SourceGapDetected = Type.Object(
  {
    sourceName: ShortText('Source'),
    after: Type.Optional(ShortText('Last sequence seen')),
    before: Type.Optional(ShortText('Next sequence seen')),
  },
  { description: 'A source numbers its events and some are missing' },
);

export const DeadlinePassed = Type.Object(
  { project: ShortText('Project'), deadline: Timestamp },
  { description: 'What a project awaited by then has not come, and nothing else either' },
);

export const EventRejected = Type.Object(
  {
    code: ShortText('Error code'),
    reason: LongText('What is wrong'),
    rejectedSource: Type.Optional(Type.String({ maxLength: 512 })),
    rejectedId: Type.Optional(Type.String({ maxLength: 512 })),
    rejectedDigest: Digest,
    topic: Type.Optional(ShortText('Topic')),
    partition: Type.Optional(Type.Integer({ minimum: 0 })),
    offset: Type.Optional(ShortText('Offset')),
  },
  { description: 'A record could not become an entry; its bytes wait on the dead-letter topic' },
);

export const CheckpointPublished = Type.Object(
  {
    shard: Type.Integer({ minimum: 0 }),
    size: Type.Integer({ minimum: 0 }),
    rootHash: ShortText('Root, base64'),
    where: LongText('Witness or log'),
  },
  { description: 'A checkpoint was handed to the outside' },
);

export const CredentialIssued = Type.Object(
  {
    tokenId: ShortText('Token id, never the token'),
    name: ShortText('Name'),
    roles: Type.Array(ShortText('Role'), { maxItems: 8 }),
    expiresAt: Type.Optional(Timestamp),
    by: ShortText('Person'),
  },
  { description: 'A Provost credential was issued' },
);
export const CredentialRevoked = Type.Object(
  { tokenId: ShortText('Token id'), by: ShortText('Person') },
  { description: 'A Provost credential was revoked' },
);
