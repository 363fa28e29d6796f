import { audienceOf } from './events/catalogue.ts';
import type { SourceEvent } from './events/event.ts';
import { searchFields } from './events/search-fields.ts';

/** Which events belong to a project, as the governance file says. Patterns are exact names or end in `*`. */
export type ProjectMatcher = {
  readonly name: string;
  readonly repositories: readonly string[];
  readonly sourceRepositories: readonly string[];
  readonly workflows: readonly string[];
};

/** Project of events that name nothing that anybody owns. */
export const UNASSIGNED_PROJECT = 'unassigned';

/**
 * Maps an event to the one project that owns it: a project that the event itself names (our own facts), the first
 * matcher that fits, else the top-level namespace of its repository, else {@link UNASSIGNED_PROJECT}.
 */
export function projectOf(event: SourceEvent, matchers: readonly ProjectMatcher[]): string {
  const data = event.data as {
    project?: string;
    sourceRepository?: string;
    workflow?: unknown;
  };
  // A source never chooses its project: the field counts only in facts of people who govern and of our own.
  if (audienceOf(event.type) !== 'source' && data.project) return data.project;
  const { repository } = searchFields(event);
  const source = data.sourceRepository ?? '';
  const workflow = typeof data.workflow === 'string' ? data.workflow : '';
  for (const matcher of matchers) {
    if (repository !== '' && matcher.repositories.some((pattern) => matches(pattern, repository)))
      return matcher.name;
    if (source !== '' && matcher.sourceRepositories.some((pattern) => matches(pattern, source)))
      return matcher.name;
    if (workflow !== '' && matcher.workflows.some((pattern) => matches(pattern, workflow)))
      return matcher.name;
  }
  const namespace = repository.split('/')[0] ?? '';
  return namespace === '' ? UNASSIGNED_PROJECT : namespace;
}

/** The project that owns a repository: the first matcher that fits, else its top-level namespace. */
export function projectOfRepository(
  repository: string,
  matchers: readonly ProjectMatcher[],
): string {
  const owner = matchers.find(({ repositories }) =>
    repositories.some((pattern) => matches(pattern, repository)),
  );
  return owner?.name ?? repository.split('/')[0] ?? UNASSIGNED_PROJECT;
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
