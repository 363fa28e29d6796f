import type {
  Aspect,
  BaselineScope,
  Expectations,
} from '../../../services/core/baseline/baseline.ts';
import { matchesGlob } from '../../text/match-glob.ts';
import { allows } from './allows.ts';
import type { Claims } from './claims.ts';

/** Where something happened, as far as the events say; what they do not say is empty or absent. */
export type Circumstances = {
  readonly tags: readonly string[];
  readonly actor: string;
  readonly builder?: string | undefined;
  readonly platform?: string | undefined;
  readonly source?: string | undefined;
};

/** The aspects by which a baseline explains what was found; undefined when it does not. */
export function explains(
  baseline: { readonly scope: BaselineScope; readonly value: Expectations },
  claims: Claims,
  circumstances: Circumstances,
): readonly Aspect[] | undefined {
  if (claims.length === 0 || !isInScope(baseline.scope, circumstances)) return undefined;
  const way = claims.find((set) =>
    set.every(({ aspect, values }) => {
      const expectation = baseline.value[aspect];
      return expectation !== undefined && allows(aspect, expectation, values);
    }),
  );
  return way?.map(({ aspect }) => aspect);
}

/** Whether a baseline is about these circumstances: everything that its scope names has to be known, and to fit. */
export function isInScope(scope: BaselineScope, circumstances: Circumstances): boolean {
  const { tags, platform, builder, principal, source } = scope;
  return (
    (tags === undefined || fitAll(tags, circumstances.tags)) &&
    (platform === undefined || platform === circumstances.platform) &&
    (builder === undefined || isNamed(builder, circumstances.builder)) &&
    (principal === undefined || isNamed(principal, circumstances.actor)) &&
    (source === undefined || isNamed(source, circumstances.source))
  );
}

function fitAll(patterns: readonly string[], tags: readonly string[]): boolean {
  return (
    tags.length > 0 && tags.every((tag) => patterns.some((pattern) => matchesGlob(pattern, tag)))
  );
}

function isNamed(pattern: string, name: string | undefined): boolean {
  return name !== undefined && name !== '' && matchesGlob(pattern, name);
}
