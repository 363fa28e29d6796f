import { createBitWindow } from '../../windows/bit-window.ts';
import { setNewest } from '../bounded-map.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { sourceName } from '../sources/source-name.ts';
import { NO_HOURS } from './hour-habit.ts';
import {
  MAX_SCOPES,
  type RemovalHabit,
  type RetagHabit,
  type RhythmView,
  type ScopeHabit,
} from './rhythm-view.ts';

/** What bursts and habits of a git repository, of the packages of a registry and of a principal are kept under. */
export function gitScope(sourceRepository: string): string {
  return `git\n${sourceName(sourceRepository)}`;
}

export function principalScope(actor: string): string {
  return `by\n${actor}`;
}

export const PACKAGES = 'packages\n';

export function removalKey(scope: string, actor: string): string {
  return `${scope}\n${actor}`;
}

export function rhythmFor(repository: RepositoryView): RhythmView {
  repository.rhythm ??= { hours: NO_HOURS, agreed: createBitWindow() };
  return repository.rhythm;
}

export function scopeFor(view: ProjectView, scope: string): ScopeHabit {
  const { scopes } = view.rhythm;
  const habit = scopes.get(scope) ?? {};
  setNewest(scopes, scope, habit, MAX_SCOPES);
  return habit;
}

export function retagHabitIn(scope: ScopeHabit): RetagHabit {
  scope.retag ??= { bursts: 0, moves: 0, collapse: 0 };
  return scope.retag;
}

export function removalHabitIn(scope: ScopeHabit): RemovalHabit {
  scope.removal ??= { bursts: 0, tags: 0, untagged: 0, last: 0 };
  return scope.removal;
}

/** The habit of an image repository, or of another scope; undefined while nothing was learned. */
export function habitOf(view: ProjectView, scope: string): ScopeHabit | undefined {
  return view.repositories.get(scope)?.rhythm ?? view.rhythm.scopes.get(scope);
}
