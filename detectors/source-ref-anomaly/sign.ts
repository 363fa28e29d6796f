import type { ContextDraft } from '../detector.ts';

/** One thing that is odd about where a commit comes from; `weight` is its score when it stands alone. */
export type Sign = { readonly kind: string; readonly reason: string; readonly weight: number };

/** Below this the signs together are the noise of ordinary work. */
const LEAST = 0.25;

/** The heaviest sign is the finding, the others aggravate it; undefined when they are too light together. */
export function weighSigns(
  signs: readonly Sign[],
):
  | { readonly main: Sign; readonly base: number; readonly context: readonly ContextDraft[] }
  | undefined {
  const main = signs.reduce<Sign | undefined>(
    (most, sign) => (most === undefined || sign.weight > most.weight ? sign : most),
    undefined,
  );
  if (main === undefined) return undefined;
  const total = signs.reduce((sum, { weight }) => sum + weight, 0);
  if (total < LEAST) return undefined;
  const others = signs.filter((sign) => sign !== main);
  return {
    main,
    base: main.weight,
    context: others.map(({ kind, reason, weight }) => ({ kind, reason, effect: weight })),
  };
}
