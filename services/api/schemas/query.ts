import { Type } from 'typebox';
import { RepositoryName, Tag, Timestamp } from '../../core/events/fields.ts';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 1000;

/** Keyset paging: pass a page's `next` as `cursor`, with everything else unchanged. */
export const page = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      default: DEFAULT_LIMIT,
      description: 'Entries a page',
    }),
  ),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2048, description: '`next` of the page before' }),
  ),
} as const;

/** What entries can be found by. */
export const entryFilters = {
  project: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  repository: Type.Optional(RepositoryName),
  digest: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Content digest, `algorithm:encoded`',
    }),
  ),
  tag: Type.Optional(Tag),
  actor: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Who acted' })),
  source: Type.Optional(
    Type.String({ minLength: 1, maxLength: 512, description: 'CloudEvents `source`' }),
  ),
  from: Type.Optional(
    Type.String({
      ...Timestamp,
      description: 'From this time on, inclusive (event time, RFC 3339)',
    }),
  ),
  to: Type.Optional(
    Type.String({
      ...Timestamp,
      description: 'Before this time, exclusive (event time, RFC 3339)',
    }),
  ),
  order: Type.Optional(
    Type.Union([Type.Literal('newest'), Type.Literal('oldest')], {
      default: 'newest',
      description: 'Which entries come first',
    }),
  ),
} as const;

const index = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

export const Shard = Type.Integer({ minimum: 0, maximum: 65_535, description: 'Merkle log' });

export const ShardParams = Type.Object({ shard: Shard });

export const EntryParams = Type.Object({
  shard: Shard,
  index: index('Position in the shard, from 0'),
});

/** A project and a period, from ≤ time < to. */
export const Period = Type.Object(
  {
    project: Type.String({ minLength: 1, maxLength: 255 }),
    from: Timestamp,
    to: Timestamp,
  },
  { additionalProperties: false },
);

/** Leaves out what was not given, as ports with optional members expect. */
export function given<T extends object>(query: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
