import { setNewest } from '../bounded-map.ts';
import type { ProjectView, RepositoryView } from '../project-view.ts';
import { sourceName } from '../sources/source-name.ts';
import {
  createRhythmView,
  createScopeHabit,
  MAX_SCOPES,
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
  repository.rhythm ??= createRhythmView();
  return repository.rhythm;
}

export function scopeFor(view: ProjectView, scope: string): ScopeHabit {
  const { scopes } = view.rhythm;
  const habit = scopes.get(scope) ?? createScopeHabit();
  setNewest(scopes, scope, habit, MAX_SCOPES);
  return habit;
}

/** The habit of an image repository, or of another scope; undefined while nothing was learned. */
export function habitOf(view: ProjectView, scope: string): ScopeHabit | undefined {
  return view.repositories.get(scope)?.rhythm ?? view.rhythm.scopes.get(scope);
}
