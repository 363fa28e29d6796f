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
  /** Projects that the file speaks of, or may: more than two need not be told apart from two. */
  const projects = new Set(matchers.slice(0, 2).map(({ name }) => name));
  return (event) => {
    const source = sourceOf(event);
    const project = projectOf(event, matchers);
    if (project === UNASSIGNED_PROJECT) {
      const [only = project, ...others] = projects;
      return sources.get(source) ?? (others.length === 0 ? only : project);
    }
    if (projects.size < 2) projects.add(project);
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
