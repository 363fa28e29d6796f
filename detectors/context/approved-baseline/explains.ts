import type {
  Aspect,
  BaselineScope,
  Expectations,
} from '../../../services/core/baseline/baseline.ts';
import { allows } from '../../view/baselines/allows.ts';
import { type Circumstances, isInScope } from '../../view/baselines/in-scope.ts';
import type { Claims } from './claims.ts';

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
