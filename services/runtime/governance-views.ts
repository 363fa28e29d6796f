import type { RegisteredSource } from '../api/ports.ts';
import type { Governance } from '../config/governance.ts';
import type { ProjectMatcher } from '../core/project-of.ts';

/** What the governance file says, in the words of the rooms that need it. */
export function projectMatchers(governance: Governance): readonly ProjectMatcher[] {
  return (governance.projects ?? []).map(
    ({ name, repositories = [], sourceRepositories = [], workflows = [] }) => ({
      name,
      repositories,
      sourceRepositories,
      workflows,
    }),
  );
}

export function registeredSources(governance: Governance): readonly RegisteredSource[] {
  return (governance.sources ?? []).map(({ name, uri, trust = 'claimed' }) => ({
    name,
    uri,
    trust,
  }));
}
