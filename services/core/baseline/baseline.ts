import { type Static, Type } from 'typebox';

/** What a baseline can speak about, in the order in which people read it. */
export const ASPECTS = [
  'digests',
  'tag-behaviour',
  'base-image',
  'layers',
  'packages',
  'entrypoint',
  'user',
  'environment',
  'labels',
  'size',
  'source-repository',
  'builder',
  'build-type',
  'workflow',
  'trigger',
  'parameters',
  'flags',
  'dependencies',
  'signer',
  'attestation',
  'registries',
  'publishers',
  'networks',
  'clients',
  'hours',
  'rate',
] as const;

export type Aspect = (typeof ASPECTS)[number];

/** The whole of a baseline as JSON; a larger one is refused, because detection keeps it in memory. */
export const MAX_BASELINE_BYTES = 32 * 1024;

const Value = Type.String({ minLength: 1, maxLength: 512 });

/** Values that are known good, exactly or as globs with `*`. */
const Values = Type.Array(Value, { minItems: 1, maxItems: 512 });

/** A number that is known good from `min` to `max`, both inclusive. */
const Range = Type.Object(
  { min: Type.Optional(Type.Number()), max: Type.Optional(Type.Number()) },
  { additionalProperties: false, minProperties: 1 },
);

export const Expectation = Type.Union([Values, Range], {
  description: 'Known good values (exact, or globs with *), or a range of numbers',
});

/** What is expected, by aspect. */
export const Expectations = Type.Object(
  Object.fromEntries(ASPECTS.map((aspect) => [aspect, Type.Optional(Expectation)])) as {
    [K in Aspect]: ReturnType<typeof Type.Optional<typeof Expectation>>;
  },
  { additionalProperties: false, minProperties: 1, description: 'What is known good, by aspect' },
);

/** What narrows a baseline of a repository down to a part of what happens there; all that is named must fit. */
export const BaselineScope = Type.Object(
  {
    tags: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), {
        minItems: 1,
        maxItems: 64,
        description: 'Tags or globs',
      }),
    ),
    platform: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'os/architecture' }),
    ),
    builder: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    principal: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    source: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'CloudEvents `source`' }),
    ),
  },
  { additionalProperties: false, description: 'The part of the repository that it is about' },
);

export type Expectation = Static<typeof Expectation>;
export type Expectations = { readonly [K in Aspect]?: Expectation };
export type BaselineScope = Static<typeof BaselineScope>;

/** The aspects that a baseline speaks about, in the order of {@link ASPECTS}. */
export function aspectsOf(expectations: Expectations): readonly Aspect[] {
  return ASPECTS.filter((aspect) => expectations[aspect] !== undefined);
}
