import type { ProjectMatcher } from '../core/project-of.ts';
import type { Governance } from './governance.ts';

/** How the governance file tells whose an event is. */
export function projectMatchers(
  governance: Pick<Governance, 'projects'>,
): readonly ProjectMatcher[] {
  return (governance.projects ?? []).map(
    ({ name, repositories = [], sourceRepositories = [], workflows = [] }) => ({
      name,
      repositories,
      sourceRepositories,
      workflows,
    }),
  );
}
