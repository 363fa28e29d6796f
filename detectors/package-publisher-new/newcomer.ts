import type { ContextDraft } from '../detector.ts';
import { DAY } from '../view/limits.ts';
import type { PackageView } from '../view/packages/packages-view.ts';

const ESTABLISHED_VERSIONS = 4;
const ESTABLISHED_AGE = 14 * DAY;

type Newcomer = {
  readonly what: string;
  readonly why: string;
  readonly base: number;
  readonly context: readonly ContextDraft[];
};

/** Who or what publishes the package for the first time; undefined when both are known, or the package is young. */
export function newcomerOf(
  known: PackageView,
  by: string,
  token: string,
  at: number,
): Newcomer | undefined {
  const last = known.versions.at(-1)?.at ?? at;
  if (known.count < ESTABLISHED_VERSIONS || Math.max(at, last) - known.since < ESTABLISHED_AGE) {
    return undefined;
  }
  const context: readonly ContextDraft[] = known.withdrawn.includes(`${by}\n${token}`)
    ? [
        {
          kind: 'withdrawn-before',
          reason: 'The last version that it published here was removed',
          effect: 0.2,
        },
      ]
    : [];
  const { publishers, tokens } = known;
  const others = [...publishers.keys()].slice(-4).join(', ');
  if (by !== '' && publishers.size > 0 && !publishers.has(by)) {
    return {
      what: by,
      why: `The ${known.count} publications before were by ${others}.`,
      base: publishers.size <= 3 ? 0.35 : 0.25,
      context,
    };
  }
  const uses = [...tokens.values()].reduce((sum, count) => sum + count, 0);
  // One token a run is the habit of trusted publishing: no token is then ever known.
  const stable = tokens.size > 0 && uses >= 3 && uses >= 3 * tokens.size;
  if (token === '' || !stable || tokens.has(token)) return undefined;
  return {
    what: `the credential ${token}${by === '' ? '' : ` of ${by}`}`,
    why: `${uses} publications before used ${tokens.size === 1 ? 'one other' : `${tokens.size} others`}.`,
    base: 0.3,
    context,
  };
}
