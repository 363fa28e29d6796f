import type { Case, CasePart } from './cases-view.ts';

/** How much of a sign's score counts: signs of one story are not independent. */
const WEIGHT = 0.75;
const LEAST_SIGNS = 3;
const LEAST_SENSORS = 2;
const STRONG = 0.45;
const PAGE = 0.8;

/** The score of the parts together, from 0 to 1: how likely none of them would be there by chance. */
export function weighCase({ parts }: Pick<Case, 'parts'>): number {
  return 1 - signsIn(parts).reduce((calm, { score }) => calm * (1 - WEIGHT * score), 1);
}

/**
 * Whether the parts together are worth waking somebody though none alone was: several signs, seen by different kinds of
 * producers, at least one of them work by itself.
 */
export function isIncident(found: Pick<Case, 'parts' | 'paged'>): boolean {
  const signs = signsIn(found.parts);
  return (
    !found.paged &&
    signs.length >= LEAST_SIGNS &&
    new Set(signs.map(({ sensor }) => sensor)).size >= LEAST_SENSORS &&
    signs.some(({ score }) => score >= STRONG) &&
    weighCase(found) >= PAGE
  );
}

/** One sign an entry: several classes that one entry sets off say one thing in several ways. */
function signsIn(parts: readonly CasePart[]): readonly CasePart[] {
  const strongest = new Map<string, CasePart>();
  for (const part of parts) {
    const entry = `${part.ref.source}\n${part.ref.id}`;
    const known = strongest.get(entry);
    if (known === undefined || known.score < part.score) strongest.set(entry, part);
  }
  return [...strongest.values()];
}
