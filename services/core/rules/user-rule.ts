import { type Static, Type } from 'typebox';
import { EVENT_TYPES } from '../events/catalogue.ts';

const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description });
const strict = { additionalProperties: false } as const;
const Kind = Type.Enum([...EVENT_TYPES]);

const RuleTest = Type.Object(
  {
    name: text(256, 'What the test shows'),
    given: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        maxItems: 1000,
        description: 'Events before, oldest first, as the API takes them',
      }),
    ),
    event: Type.Record(Type.String(), Type.Unknown(), { description: 'The event to judge' }),
    expect: Type.Union([Type.Literal('fires'), Type.Literal('silent')]),
  },
  strict,
);

/** One file of the governance folder's `rules/`: metadata, a CEL condition, windowed counts and its own tests. */
export const UserRule = Type.Object(
  {
    rule: Type.String({
      pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
      maxLength: 64,
      description: 'Name of the rule, unlike any built-in one',
    }),
    title: text(256, 'What a finding says, in one line'),
    description: text(4096, 'What it sees and why that matters'),
    version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    /** What a finding asks of people. */
    severity: Type.Union([Type.Literal('log'), Type.Literal('ticket'), Type.Literal('page')]),
    /** A rule on trial raises records only, whatever its severity. */
    mode: Type.Union([Type.Literal('dry-run'), Type.Literal('live')]),
    on: Type.Array(Kind, { minItems: 1, maxItems: EVENT_TYPES.length }),
    where: text(2048, 'CEL expression over event, view and baseline that must be true'),
    count: Type.Optional(
      Type.Object(
        {
          atLeast: Type.Integer({ minimum: 2, maximum: 1000 }),
          within: Type.String({
            pattern: '^[1-9][0-9]{0,3}[smhd]$',
            description: 'Window of event time, e.g. 10m',
          }),
          by: Type.Optional(text(512, 'CEL expression whose text separates the counts')),
        },
        strict,
      ),
    ),
    falsePositives: Type.Optional(Type.Array(text(1024, 'When it is wrong'), { maxItems: 16 })),
    remediation: text(2048, 'What a person should do'),
    owner: Type.Optional(text(128, 'Who should do it')),
    attack: Type.Optional(
      Type.Array(Type.String({ pattern: '^T\\d{4}(\\.\\d{3})?$' }), { maxItems: 16 }),
    ),
    tests: Type.Array(RuleTest, { minItems: 2, maxItems: 64 }),
  },
  { ...strict, description: 'A rule of the institution itself' },
);

export type UserRule = Static<typeof UserRule>;
export type UserRuleTest = Static<typeof RuleTest>;
