import type { Case } from './cases-view.ts';

/** How much of a class's score counts: classes of one story are not independent. */
const WEIGHT = 0.75;
const LEAST_CLASSES = 3;
const LEAST_SENSORS = 2;
/** Several classes that one entry sets off say one thing in several ways. */
const LEAST_ENTRIES = 3;
const STRONG = 0.45;
const PAGE = 0.8;

/** The score of the parts together, from 0 to 1: how likely none of them would be there by chance. */
export function weighCase({ parts }: Pick<Case, 'parts'>): number {
  return 1 - parts.reduce((calm, { score }) => calm * (1 - WEIGHT * score), 1);
}

/**
 * Whether the parts together are worth waking somebody though none alone was: several classes about several entries,
 * seen by different kinds of producers, at least one of them work by itself.
 */
export function isIncident(found: Pick<Case, 'parts' | 'paged'>): boolean {
  return (
    !found.paged &&
    found.parts.length >= LEAST_CLASSES &&
    new Set(found.parts.map(({ sensor }) => sensor)).size >= LEAST_SENSORS &&
    new Set(found.parts.map(({ ref }) => `${ref.source}\n${ref.id}`)).size >= LEAST_ENTRIES &&
    found.parts.some(({ score }) => score >= STRONG) &&
    weighCase(found) >= PAGE
  );
}
