import { isBadVersion } from './in-range.ts';
import type { BadView, Taint } from './taints-view.ts';
import type { Ingredient, Use } from './uses-of.ts';

export type Match = {
  readonly taint: Taint;
  /** The use only brought forth or holds the bad thing: it did not take it from elsewhere. */
  readonly own: boolean;
};

/** What is known bad about a use: the bad thing itself rather than its offspring, an exact match rather than a weak one. */
export function matchUse(view: Pick<BadView, 'tainted' | 'ranges'>, use: Use): Match | undefined {
  if (view.tainted.size === 0 && view.ranges.size === 0) return undefined;
  let best: Match | undefined;
  for (const ingredient of use.ingredients) {
    best = heavier(best, taintOf(view, ingredient), false);
  }
  for (const key of use.makes) best = heavier(best, view.tainted.get(key), true);
  return best;
}

function heavier(best: Match | undefined, taint: Taint | undefined, own: boolean) {
  if (taint === undefined) return best;
  const match = { taint, own };
  return best === undefined || weightOf(match) > weightOf(best) ? match : best;
}

function taintOf(
  { tainted, ranges }: Pick<BadView, 'tainted' | 'ranges'>,
  { key, package: named }: Ingredient,
): Taint | undefined {
  const direct = tainted.get(key);
  if (direct !== undefined || named === undefined) return direct;
  for (const range of ranges.get(named.packageKey) ?? []) {
    if (range.unpinnedOnly && key >= 0) continue;
    if (isBadVersion(range, named.version)) {
      return { statement: range.statement, derived: false, weak: range.weak };
    }
  }
  return undefined;
}

function weightOf({ taint, own }: Match): number {
  return (own ? 0 : 4) + (taint.derived ? 0 : 2) + (taint.weak ? 0 : 1);
}
