import { setBounded } from '../../view/bounded-map.ts';
import { DAY } from '../../view/limits.ts';
import { hashText } from '../../view/taints/use-keys.ts';
import type { LaneFact } from './lane-fact.ts';
import { type LanePrincipal, MAX_HOMES, MAX_READ, type ReadingView } from './lane-view.ts';

/** A principal reads: what it never read before fills the window of a day; the window before becomes its habit. */
export function learnReading(
  principal: LanePrincipal,
  { project, ref, at }: LaneFact,
  repository: string,
): void {
  const reading = windowAt(principal.reading, at);
  principal.reading = reading;
  const key = hashText(repository);
  if (reading.repositories.has(key) || reading.fresh.has(key)) return;
  if (!reading.freshProjects.includes(project)) {
    reading.freshProjects = [...reading.freshProjects, project].slice(0, MAX_HOMES);
    if (!reading.projects.has(project)) reading.newProjects += 1;
  }
  setBounded(reading.fresh, key, { project, repository, ref }, MAX_READ);
}

/** The window that holds the moment: the open one, or a new one after it has become habit. */
export function windowAt(reading: ReadingView | undefined, at: number): ReadingView {
  if (reading === undefined) {
    return {
      repositories: new Map(),
      projects: new Map(),
      start: at,
      fresh: new Map(),
      freshProjects: [],
      newProjects: 0,
      peak: 0,
    };
  }
  if (at - reading.start < DAY) return reading;
  return {
    ...reading,
    repositories: merged(reading.repositories, reading.fresh.keys(), reading.start, MAX_READ),
    projects: merged(reading.projects, reading.freshProjects, reading.start, MAX_HOMES),
    start: at,
    fresh: new Map(),
    freshProjects: [],
    newProjects: 0,
    // A peak fades, but slowly: a year of quiet halves it.
    peak: Math.max(reading.fresh.size, reading.peak * 0.998),
  };
}

function merged<K>(
  known: Map<K, number>,
  keys: Iterable<K>,
  at: number,
  limit: number,
): Map<K, number> {
  for (const key of keys) setBounded(known, key, at, limit);
  return known;
}
