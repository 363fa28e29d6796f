import { type Static, Type } from 'typebox';
import { BaselineScope } from '../../core/baseline/baseline.ts';

const { platform, builder, principal, source } = BaselineScope.properties;

/** The part of a repository that is asked about, as a query names it. */
export const ScopeQuery = {
  tags: Type.Optional(
    Type.String({
      maxLength: 2048,
      pattern: '^[^,]{1,128}(?:,[^,]{1,128}){0,63}$',
      description: 'Only these tags or globs, with commas between',
    }),
  ),
  platform,
  builder,
  principal,
  source,
};

const Query = Type.Object(ScopeQuery);

/** The scope that a query names; all of the repository when it names none. */
export function toScope({
  tags,
  platform,
  builder,
  principal,
  source,
}: Static<typeof Query>): BaselineScope {
  return {
    ...(tags === undefined ? {} : { tags: tags.split(',') }),
    ...(platform === undefined ? {} : { platform }),
    ...(builder === undefined ? {} : { builder }),
    ...(principal === undefined ? {} : { principal }),
    ...(source === undefined ? {} : { source }),
  };
}
