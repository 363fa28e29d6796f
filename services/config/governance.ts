import { type Static, Type } from 'typebox';

const Name = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{0,62}$',
  description: 'Lower-case name',
});
const Pattern = Type.String({
  minLength: 1,
  maxLength: 255,
  description: 'Exact name, or a prefix ending in *',
});
const Glob = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'Exact name, or a glob with *',
});
const Email = Type.String({ maxLength: 254, pattern: '^[^\\s@<>,;:"]+@[^\\s@<>,;:"]+$' });
const strict = { additionalProperties: false } as const;

const Project = Type.Object(
  {
    name: Name,
    owner: Type.Optional(Type.String({ maxLength: 256 })),
    contacts: Type.Optional(Type.Array(Email, { maxItems: 32 })),
    repositories: Type.Optional(Type.Array(Pattern, { maxItems: 1000 })),
    sourceRepositories: Type.Optional(Type.Array(Pattern, { maxItems: 1000 })),
    workflows: Type.Optional(Type.Array(Pattern, { maxItems: 1000 })),
    /** Tags that may never move or go, as names or globs with `*`. */
    immutableTags: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 256 })),
    /** Tags that may move freely, as names or globs with `*`. */
    movingTags: Type.Optional(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 256 })),
    /** What is in `to` (repositories) must have been in `from` before. */
    promotions: Type.Optional(
      Type.Array(Type.Object({ from: Glob, to: Glob }, strict), { maxItems: 64 }),
    ),
    /** Identities that may sign. */
    signers: Type.Optional(Type.Array(Glob, { maxItems: 256 })),
    /** Days after which a base image is too old to build on. */
    baseImageMaxDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 3660 })),
    /** Retention rules of the registry: tags that go when they are older than so many days. */
    retention: Type.Optional(
      Type.Array(
        Type.Object(
          { repositories: Glob, tags: Glob, days: Type.Integer({ minimum: 1, maximum: 36_600 }) },
          strict,
        ),
        { maxItems: 64 },
      ),
    ),
    /** Whether removals need an announced change. */
    removals: Type.Optional(Type.Union([Type.Literal('free'), Type.Literal('announced')])),
    /** Principals that copy whole registries. */
    mirrors: Type.Optional(Type.Array(Glob, { maxItems: 64 })),
    /** Principals that are dependency bots. */
    bots: Type.Optional(Type.Array(Glob, { maxItems: 64 })),
    /** IANA time zone in which the project works. */
    timezone: Type.Optional(Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9_+/-]+$' })),
    /** Days off, in that zone. */
    holidays: Type.Optional(
      Type.Array(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }), { maxItems: 512 }),
    ),
    /** When what was seen counts as a learned baseline. */
    learning: Type.Optional(
      Type.Object(
        {
          observations: Type.Integer({ minimum: 2, maximum: 1000 }),
          days: Type.Integer({ minimum: 1, maximum: 366 }),
        },
        strict,
      ),
    ),
    /** Whether what was learned is enough, or every repository needs a baseline that two people declared. */
    baselines: Type.Optional(Type.Union([Type.Literal('learned'), Type.Literal('declared')])),
    /** Verifier keys (`name+id+base64`) that may sign baseline files in a source repository. */
    baselineKeys: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { maxItems: 32 }),
    ),
    /** Whether a file that one of these keys signed holds by its signature, or waits for a second person. */
    signedBaselines: Type.Optional(Type.Union([Type.Literal('hold'), Type.Literal('wait')])),
  },
  strict,
);

const Source = Type.Object(
  {
    name: Name,
    /** CloudEvents `source` that this producer's events carry. */
    uri: Type.String({ minLength: 1, maxLength: 512 }),
    trust: Type.Optional(
      Type.Union([Type.Literal('signed'), Type.Literal('authenticated'), Type.Literal('claimed')]),
    ),
  },
  strict,
);

const EmailChannel = Type.Object(
  {
    name: Name,
    kind: Type.Literal('email'),
    to: Type.Array(Email, { minItems: 1, maxItems: 64 }),
    from: Type.Optional(Email),
  },
  strict,
);

const WebhookChannel = Type.Object(
  {
    name: Name,
    kind: Type.Literal('webhook'),
    url: Type.String({ maxLength: 2048, pattern: '^https?://' }),
    /** File with the Standard Webhooks secret (`whsec_…`). */
    secretFile: Type.String({ minLength: 1 }),
    /** Networks in CIDR form that are allowed although they are private, e.g. 192.0.2.0/24. */
    allowNetworks: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 32 })),
  },
  strict,
);

const Route = Type.Object(
  {
    projects: Type.Optional(Type.Array(Pattern)),
    rules: Type.Optional(Type.Array(Name)),
    minimum: Type.Union([Type.Literal('log'), Type.Literal('ticket'), Type.Literal('page')]),
    channels: Type.Array(Name, { minItems: 1 }),
  },
  strict,
);

const AuditSchedule = Type.Object(
  {
    project: Name,
    /** Cron expression, five fields, UTC. */
    cron: Type.String({ maxLength: 128 }),
    /** Days that the report looks back. */
    days: Type.Integer({ minimum: 1, maximum: 3660 }),
    mail: Type.Array(Email, { minItems: 1, maxItems: 64 }),
  },
  strict,
);

const RuleSetting = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    /** The most that a finding of this rule may ask of people. */
    atMost: Type.Optional(
      Type.Union([Type.Literal('log'), Type.Literal('ticket'), Type.Literal('page')]),
    ),
  },
  strict,
);

/** `provost.yaml`: who owns what, who may send, who is told, and what is expected. Unknown keys are refused. */
export const Governance = Type.Object(
  {
    projects: Type.Optional(Type.Array(Project, { maxItems: 10_000 })),
    sources: Type.Optional(Type.Array(Source, { maxItems: 1000 })),
    channels: Type.Optional(
      Type.Array(Type.Union([EmailChannel, WebhookChannel]), { maxItems: 256 }),
    ),
    routes: Type.Optional(Type.Array(Route, { maxItems: 1000 })),
    audits: Type.Optional(Type.Array(AuditSchedule, { maxItems: 1000 })),
    rules: Type.Optional(Type.Record(Name, RuleSetting)),
  },
  strict,
);

export type Governance = Static<typeof Governance>;
type EmailChannelConfig = Static<typeof EmailChannel>;
type WebhookChannelConfig = Static<typeof WebhookChannel>;
export type ChannelConfig = EmailChannelConfig | WebhookChannelConfig;
export type RouteConfig = Static<typeof Route>;
export type AuditScheduleConfig = Static<typeof AuditSchedule>;
