import { type Static, Type } from 'typebox';

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const DISPOSITIONS = ['log', 'ticket', 'page'] as const;

export type Severity = (typeof SEVERITIES)[number];
/** What a finding asks of people: wake somebody, give somebody work, or only be on record. */
export type Disposition = (typeof DISPOSITIONS)[number];

const text = (maxLength: number) => Type.String({ maxLength });

/** What the finding is about. `key` is the stable identity that fingerprints use, e.g. `tag:lab/tool:1.0`. */
export const FindingSubject = Type.Object({
  kind: Type.Union([
    Type.Literal('tag'),
    Type.Literal('artifact'),
    Type.Literal('repository'),
    Type.Literal('principal'),
    Type.Literal('build'),
    Type.Literal('run'),
    Type.Literal('package'),
    Type.Literal('source-ref'),
    Type.Literal('source'),
    Type.Literal('ledger'),
  ]),
  key: text(1024),
  repository: Type.Optional(text(255)),
  tag: Type.Optional(text(128)),
  digest: Type.Optional(text(256)),
  principal: Type.Optional(text(256)),
});

/** An entry that the finding rests on: where it lies in the ledger, which event it is, and what it shows. */
export const Evidence = Type.Object({
  shard: Type.Integer({ minimum: 0 }),
  index: Type.Integer({ minimum: 0 }),
  source: text(512),
  id: text(512),
  role: text(128),
});

/** A command or a sentence; `command` is ready to paste, with every untrusted word quoted for a POSIX shell. */
export const RemediationStep = Type.Object({
  text: text(2048),
  command: Type.Optional(text(4096)),
});

export const Finding = Type.Object(
  {
    findingId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    rule: text(64),
    detector: text(16),
    version: Type.Integer({ minimum: 1 }),
    severity: Type.Enum(SEVERITIES),
    disposition: Type.Enum(DISPOSITIONS),
    title: text(512),
    message: text(4096),
    subject: FindingSubject,
    observed: Type.Record(Type.String(), Type.Unknown()),
    expected: Type.Record(Type.String(), Type.Unknown()),
    evidence: Type.Array(Evidence, { minItems: 1, maxItems: 64 }),
    /** 0–1: before and after the context that explains or aggravates. */
    score: Type.Object({
      base: Type.Number({ minimum: 0, maximum: 1 }),
      final: Type.Number({ minimum: 0, maximum: 1 }),
    }),
    context: Type.Array(
      Type.Object({
        kind: text(64),
        reason: text(1024),
        effect: Type.Number({ minimum: -1, maximum: 1 }),
      }),
      { maxItems: 32 },
    ),
    remediation: Type.Object({
      summary: text(2048),
      owner: text(128),
      steps: Type.Array(RemediationStep, { maxItems: 16 }),
    }),
    actor: Type.Optional(text(256)),
    /** RFC 3339: when the judged event happened. */
    occurredAt: text(40),
  },
  { description: 'What a detector says about an entry' },
);

export type Finding = Static<typeof Finding>;
export type FindingSubject = Static<typeof FindingSubject>;
export type Evidence = Static<typeof Evidence>;
export type RemediationStep = Static<typeof RemediationStep>;
