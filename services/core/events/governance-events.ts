import { Type } from 'typebox';
import { BaselineScope } from '../baseline/baseline.ts';
import { Evidence } from '../finding.ts';
import { Actor, Digest, LongText, RepositoryName, ShortText, Timestamp } from './fields.ts';

const scope = {
  project: Type.Optional(ShortText('Project')),
  repository: Type.Optional(RepositoryName),
  actor: Type.Optional(Actor),
} as const;

export const ChangeAnnounced = Type.Object(
  {
    ...scope,
    from: Timestamp,
    until: Timestamp,
    reason: LongText('What will change and why'),
    actors: Type.Optional(Type.Array(ShortText('Expected actor'), { maxItems: 256 })),
    tags: Type.Optional(
      Type.Array(Type.String({ maxLength: 256, description: 'Tag or glob' }), { maxItems: 256 }),
    ),
    rules: Type.Optional(Type.Array(ShortText('Rule'), { maxItems: 64 })),
  },
  { description: 'A window in which the named changes are expected' },
);

const baseline = {
  ...scope,
  baselineId: ShortText('Baseline'),
  kind: ShortText('What the baseline is about'),
  value: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'What is known good, by aspect: values and globs, or a range',
    }),
  ),
  reason: Type.Optional(LongText('Why')),
  version: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Counts the proposals of a baseline, from 1' }),
  ),
  mode: Type.Optional(
    Type.Union([Type.Literal('declared'), Type.Literal('source')], {
      description: 'Declared by people, or defined in a signed file of the source repository',
    }),
  ),
  scope: Type.Optional(BaselineScope),
  aspects: Type.Optional(
    Type.Array(ShortText('Aspect'), { maxItems: 64, description: 'What `value` speaks about' }),
  ),
  proposer: Type.Optional(Actor),
  document: Type.Optional(
    Type.Object(
      {
        digest: Digest,
        key: Type.Optional(ShortText('Verifier key that signed it: name and id')),
        format: Type.Optional(
          Type.Union([Type.Literal('note'), Type.Literal('dsse')], {
            description: 'How it is signed',
          }),
        ),
      },
      { description: 'The file that defines it' },
    ),
  ),
  evidence: Type.Optional(
    Type.Array(Evidence, { maxItems: 64, description: 'Entries that it rests on' }),
  ),
} as const;

export const BaselineProposed = Type.Object(baseline, {
  description: 'Somebody proposes what is known good',
});
export const BaselineApproved = Type.Object(baseline, { description: 'Somebody else approves it' });
export const BaselineRevoked = Type.Object(baseline, { description: 'It is known good no more' });

export const PolicyChanged = Type.Object(
  {
    ...scope,
    policy: ShortText('Policy'),
    digest: Type.Optional(Digest),
    reason: Type.Optional(LongText('Why')),
  },
  { description: 'The governance file or a policy changed' },
);

/** A purl without its version, or with the one that is bad. */
const TaintedPurl = Type.String({
  minLength: 5,
  maxLength: 512,
  pattern: '^pkg:',
  description:
    'Package URL; without a version and without versions or ranges, every version is bad',
});

const Version = Type.String({ minLength: 1, maxLength: 256 });

export const DigestTainted = Type.Object(
  {
    ...scope,
    digest: Type.Optional(Digest),
    purl: Type.Optional(TaintedPurl),
    versions: Type.Optional(
      Type.Array(Version, { maxItems: 4096, description: 'The bad versions of the package' }),
    ),
    ranges: Type.Optional(
      Type.Array(
        Type.Object({
          introduced: Type.String({
            maxLength: 256,
            description: 'First bad version; 0 is the first of all',
          }),
          fixed: Type.Optional(Version),
          lastAffected: Type.Optional(Version),
        }),
        { maxItems: 256, description: 'Ranges of bad versions of the package' },
      ),
    ),
    reason: LongText('Why'),
    advisory: Type.Optional(ShortText('Advisory id')),
    incident: Type.Optional(ShortText('Incident that found it')),
    since: Type.Optional(Timestamp),
  },
  {
    description: 'A digest, or versions of a package, became known-bad',
    anyOf: [{ required: ['digest'] }, { required: ['purl'] }],
  },
);

export const DeviationAccepted = Type.Object(
  {
    ...scope,
    deviationId: ShortText('Deviation'),
    reason: LongText('Why'),
    until: Type.Optional(Timestamp),
  },
  { description: 'A deviation is accepted, for a reason and a time' },
);

const remediation = {
  ...scope,
  remediationId: ShortText('Remediation'),
  findingId: Type.Optional(ShortText('Finding')),
} as const;

export const RemediationAssigned = Type.Object(
  { ...remediation, owner: Actor, dueAt: Type.Optional(Timestamp) },
  { description: 'A corrective action has an owner' },
);
export const RemediationCompleted = Type.Object(
  { ...remediation, note: Type.Optional(LongText('What was done')) },
  { description: 'A corrective action is done' },
);
