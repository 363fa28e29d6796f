import type { CasePart } from '../view/cases/cases-view.ts';

/** The parts as a time-line in words, oldest first: one sentence a class. */
export function tellStory(parts: readonly CasePart[]): string {
  const ordered = [...parts].sort((one, other) => one.at - other.at);
  const days = new Set(ordered.map(({ at }) => dayOf(at))).size;
  return ordered
    .map(({ at, title, detector }) => `${momentOf(at, days > 1)} ${title} (${detector})`)
    .join('; ');
}

function momentOf(at: number, withDay: boolean): string {
  const iso = new Date(at).toISOString();
  return withDay ? `${iso.slice(0, 10)} ${iso.slice(11, 16)}` : iso.slice(11, 16);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
