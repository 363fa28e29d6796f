import type { SourceEvent } from '../../core/events/event.ts';
import { type ProjectMatcher, projectOf, UNASSIGNED_PROJECT } from '../../core/project-of.ts';

/** Git repositories remembered with their project; the oldest is forgotten. */
const MAX_SOURCES = 100_000;

/**
 * Finds the project of each event of a file. Where the governance file does not say whose an event is (a login, a git
 * ref, a removed package name no image), it belongs to the project whose builds name its git repository, else to the
 * project of the file as long as the file speaks of one alone.
 */
export function createFileProjects(
  matchers: readonly ProjectMatcher[],
): (event: SourceEvent) => string {
  const sources = new Map<string, string>();
  let only = matchers.length === 1 ? matchers[0]?.name : undefined;
  let several = matchers.length > 1;
  return (event) => {
    const source = sourceOf(event);
    const project = projectOf(event, matchers);
    if (project === UNASSIGNED_PROJECT) {
      return sources.get(source) ?? (several ? project : (only ?? project));
    }
    only ??= project;
    if (only !== project) several = true;
    if (source !== '' && !sources.has(source)) {
      sources.set(source, project);
      if (sources.size > MAX_SOURCES) sources.delete(sources.keys().next().value ?? '');
    }
    return project;
  };
}

function sourceOf({ data }: SourceEvent): string {
  return 'sourceRepository' in data ? (data.sourceRepository ?? '') : '';
}
