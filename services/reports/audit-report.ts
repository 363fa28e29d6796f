import { type Static, Type } from 'typebox';
import { DISPOSITIONS, SEVERITIES } from '../core/finding.ts';

/** The model of an audit report: what both renderers show, and whose canonical JSON has the report's digest. */

export const REPORT_FORMAT = 'provost-audit-report/1';
const CHECK_STATUSES = ['pass', 'attention', 'fail', 'not-applicable'] as const;
const CORRECTION_STATES = ['open', 'assigned', 'overdue', 'accepted', 'done'] as const;

/** More than this of one kind is counted and left out, so that a report stays readable and bounded. */
export const MOST_LISTED = 500;

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const closed = { additionalProperties: false } as const;

const EvidenceRef = Type.Object({ shard: Count, index: Count }, closed);

const Step = Type.Object({ text: Text, command: Type.Optional(Text) }, closed);

const Control = Type.Object({ framework: Text, id: Text, title: Text }, closed);

export const Deviation = Type.Object(
  {
    /** Stable over audits: the same thing wrong has the same id, so that it can be accepted. */
    deviationId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    severity: Type.Enum(SEVERITIES),
    title: Text,
    detail: Text,
    evidence: Type.Array(EvidenceRef),
    steps: Type.Array(Step),
    accepted: Type.Optional(
      Type.Object({ by: Text, reason: Text, until: Type.Optional(Text) }, closed),
    ),
  },
  closed,
);

export const CheckReport = Type.Object(
  {
    id: Text,
    title: Text,
    question: Text,
    controls: Type.Array(Control),
    status: Type.Enum(CHECK_STATUSES),
    summary: Text,
    deviations: Type.Array(Deviation),
    omitted: Count,
  },
  closed,
);

export const ReportedFinding = Type.Object(
  {
    findingId: Text,
    rule: Text,
    severity: Type.Enum(SEVERITIES),
    disposition: Type.Enum(DISPOSITIONS),
    title: Text,
    message: Text,
    subject: Text,
    occurredAt: Text,
    raisedAt: Text,
    state: Type.Union([
      Type.Literal('open'),
      Type.Literal('acknowledged'),
      Type.Literal('resolved'),
      Type.Literal('suppressed'),
    ]),
    handling: Type.Array(
      Type.Object(
        { kind: Text, at: Text, by: Type.Optional(Text), reason: Type.Optional(Text) },
        closed,
      ),
    ),
    evidence: Type.Array(EvidenceRef),
  },
  closed,
);

export const Correction = Type.Object(
  {
    findingId: Text,
    rule: Text,
    severity: Type.Enum(SEVERITIES),
    subject: Text,
    findings: Count,
    summary: Text,
    steps: Type.Array(Step),
    owner: Text,
    dueAt: Text,
    state: Type.Enum(CORRECTION_STATES),
  },
  closed,
);

const Bucket = Type.Object(
  {
    from: Text,
    changes: Count,
    findings: Count,
    worst: Type.Optional(Type.Enum(SEVERITIES)),
  },
  closed,
);

export const AuditReport = Type.Object(
  {
    format: Type.Literal(REPORT_FORMAT),
    auditId: Text,
    project: Text,
    from: Text,
    to: Text,
    by: Text,
    completedAt: Text,
    verdict: Type.Object(
      {
        status: Type.Union([
          Type.Literal('pass'),
          Type.Literal('attention'),
          Type.Literal('fail'),
          Type.Literal('empty'),
        ]),
        sentence: Text,
      },
      closed,
    ),
    counts: Type.Object(
      { entries: Count, changes: Count, findings: Count, deviations: Count, accepted: Count },
      closed,
    ),
    /** The state of the ledger that the report was made from. */
    ledger: Type.Array(
      Type.Object({ shard: Count, size: Count, root: Text, signedAt: Type.Optional(Text) }, closed),
    ),
    checks: Type.Array(CheckReport),
    findings: Type.Array(ReportedFinding),
    corrections: Type.Array(Correction),
    omitted: Type.Object({ findings: Count, corrections: Count }, closed),
    timeline: Type.Array(Bucket),
  },
  closed,
);

export type CheckStatus = (typeof CHECK_STATUSES)[number];
export type EvidenceRef = Static<typeof EvidenceRef>;
export type Control = Static<typeof Control>;
export type Deviation = Static<typeof Deviation>;
export type CheckReport = Static<typeof CheckReport>;
export type ReportedFinding = Static<typeof ReportedFinding>;
export type Correction = Static<typeof Correction>;
export type TimelineBucket = Static<typeof Bucket>;
export type AuditReport = Static<typeof AuditReport>;
