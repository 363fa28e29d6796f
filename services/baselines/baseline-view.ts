import { type Static, Type } from 'typebox';
import { ASPECTS, BaselineScope, Expectation, Expectations } from '../core/baseline/baseline.ts';
import { Timestamp } from '../core/events/fields.ts';

/** Baselines as people and the API see them; times are RFC 3339 UTC. The schema is the type and the documentation. */

const AspectName = Type.Enum(ASPECTS, { description: 'What it is about' });

export const EntryLink = Type.Object(
  {
    shard: Type.Integer(),
    index: Type.Integer(),
    role: Type.String({ description: 'What the entry shows' }),
    proof: Type.String({ description: 'Path of the proof that the entry is in the ledger' }),
  },
  { description: 'An entry that can be proven' },
);

const Decision = Type.Object({
  by: Type.String(),
  at: Timestamp,
  reason: Type.Optional(Type.String()),
  entry: Type.Optional(EntryLink),
});

const BASELINE_STATUSES = ['proposed', 'approved', 'replaced', 'revoked', 'lapsed'] as const;

const BaselineVersion = Type.Object(
  {
    version: Type.Integer(),
    status: Type.Enum(BASELINE_STATUSES, {
      description: 'lapsed: so many proposals came after it that it has to be made again',
    }),
    mode: Type.Union([Type.Literal('declared'), Type.Literal('source')]),
    value: Expectations,
    proposed: Decision,
    approved: Type.Optional(Decision),
    revoked: Type.Optional(Decision),
    document: Type.Optional(
      Type.Object({
        digest: Type.String(),
        key: Type.Optional(Type.String({ description: 'Key that signed it' })),
        format: Type.Optional(Type.Union([Type.Literal('note'), Type.Literal('dsse')])),
      }),
    ),
    evidence: Type.Array(EntryLink),
  },
  { description: 'One proposal and what became of it' },
);

export const DeclaredBaseline = Type.Object(
  {
    baselineId: Type.String(),
    project: Type.String(),
    repository: Type.String(),
    scope: BaselineScope,
    status: Type.Enum(BASELINE_STATUSES, {
      description: 'approved while a version holds, else what became of the newest one',
    }),
    version: Type.Integer({ description: 'The version that holds, else the newest one' }),
    pending: Type.Optional(
      Type.Integer({ description: 'The version that waits for a second person' }),
    ),
    aspects: Type.Array(AspectName),
    versions: Type.Array(BaselineVersion, { description: 'Oldest first' }),
  },
  { title: 'Baseline', description: 'What people declared as known good for a repository' },
);

const LearnedAspect = Type.Object(
  {
    aspect: AspectName,
    part: Type.Optional(Type.String({ description: 'The part that it is about' })),
    expectation: Expectation,
    observations: Type.Integer(),
    consistent: Type.Integer({ description: 'Observations that agree' }),
    since: Timestamp,
    until: Timestamp,
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    established: Type.Boolean({ description: 'Enough was seen for long enough' }),
    evidence: Type.Array(EntryLink),
  },
  { description: 'What the history says is usual' },
);

export const RepositoryBaseline = Type.Object(
  {
    repository: Type.String(),
    project: Type.String(),
    requires: Type.Union([Type.Literal('learned'), Type.Literal('declared')], {
      description: 'What the governance file asks for',
    }),
    learning: Type.Object({ observations: Type.Integer(), days: Type.Integer() }),
    declared: Type.Array(DeclaredBaseline),
    learned: Type.Array(LearnedAspect),
    scope: BaselineScope,
    asOf: Type.Object({ shard: Type.Integer(), size: Type.Integer() }),
    read: Type.Object(
      {
        entries: Type.Integer(),
        since: Type.Optional(Timestamp),
        complete: Type.Boolean({ description: 'The repository has no older ones' }),
      },
      { description: 'The newest entries of the repository, from which habits were read' },
    ),
  },
  { title: 'RepositoryBaseline', description: 'Everything that is known good in a repository' },
);

export const BaselineSummary = Type.Object({
  mode: Type.Union([Type.Literal('declared'), Type.Literal('source'), Type.Literal('learned')]),
  baselineId: Type.Optional(Type.String()),
  project: Type.String(),
  repository: Type.String(),
  scope: BaselineScope,
  status: Type.Enum([...BASELINE_STATUSES, 'learning', 'established']),
  version: Type.Optional(Type.Integer()),
  pending: Type.Optional(Type.Integer()),
  aspects: Type.Array(AspectName),
  by: Type.Array(Type.String(), { description: 'Proposer and approver' }),
});

const Reason = Type.Object({
  aspect: AspectName,
  part: Type.Optional(Type.String()),
  mode: Type.Union([Type.Literal('declared'), Type.Literal('source'), Type.Literal('learned')]),
  expectation: Expectation,
  holds: Type.Boolean({
    description: 'It counts: approved, or established where learning is enough',
  }),
  why: Type.String({ description: 'In a sentence' }),
  confidence: Type.Optional(Type.Number()),
  baselineId: Type.Optional(Type.String()),
  entries: Type.Array(EntryLink, { description: 'What it rests on' }),
});

export const Explanation = Type.Object(
  {
    repository: Type.String(),
    project: Type.String(),
    reasons: Type.Array(Reason),
  },
  { title: 'BaselineExplanation', description: 'Why something is known good' },
);

const Side = Type.Object({
  repository: Type.String(),
  tag: Type.Optional(Type.String()),
  digest: Type.Optional(Type.String()),
  entries: Type.Array(EntryLink, { description: 'What says so' }),
});

const BuildChange = Type.Object({
  field: Type.String(),
  added: Type.Array(Type.String()),
  removed: Type.Array(Type.String()),
});

export const BaselineDiff = Type.Object(
  {
    of: Side,
    against: Type.Union([
      Side,
      Type.Object({ baseline: Type.String(), version: Type.Optional(Type.Integer()) }),
    ]),
    same: Type.Boolean({ description: 'Nothing that both sides know differs' }),
    image: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Base, layers, config, packages and size, platform by platform',
      }),
    ),
    build: Type.Array(BuildChange, { description: 'How it was built' }),
    violations: Type.Array(
      Type.Object({
        aspect: AspectName,
        observed: Type.Array(Type.String()),
        expected: Expectation,
      }),
      { description: 'What the baseline does not know' },
    ),
    text: Type.Array(Type.String(), { description: 'The same in lines for people' }),
  },
  {
    title: 'BaselineDiff',
    description: 'How an image and its build differ from what is known good',
  },
);

export type EntryLink = Static<typeof EntryLink>;
export type BaselineVersion = Static<typeof BaselineVersion>;
export type DeclaredBaseline = Static<typeof DeclaredBaseline>;
export type LearnedAspectView = Static<typeof LearnedAspect>;
export type RepositoryBaseline = Static<typeof RepositoryBaseline>;
export type BaselineSummary = Static<typeof BaselineSummary>;
export type Explanation = Static<typeof Explanation>;
export type ExplanationReason = Static<typeof Reason>;
export type BaselineDiff = Static<typeof BaselineDiff>;
export type DiffSide = Static<typeof Side>;
export type BuildChange = Static<typeof BuildChange>;

/** An entry with the path of its proof. */
export function linkTo(
  entry: { readonly shard: number; readonly index: number },
  role: string,
): EntryLink {
  const { shard, index } = entry;
  return { shard, index, role, proof: `/api/v1/entries/${shard}/${index}/proof` };
}
