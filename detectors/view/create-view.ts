import { createBitWindow } from '../windows/bit-window.ts';
import type { ProjectView, RepositoryView, TagHabit } from './project-view.ts';

export function createProjectView(project: string): ProjectView {
  return {
    project,
    now: 0,
    repositories: new Map(),
    publishers: new Map(),
    builds: new Map(),
    attestations: new Map(),
    citations: new Map(),
    citedChildren: new Map(),
    awaited: new Map(),
    due: [],
    announcements: [],
    explained: createBitWindow(),
    explainedBefore: createBitWindow(),
  };
}

export function createRepositoryView(name: string, since: number): RepositoryView {
  return {
    name,
    registry: '',
    since,
    pushes: 0,
    tags: new Map(),
    tagged: new Map(),
    loose: new Map(),
    past: '',
    publishers: new Map(),
    origins: new Map(),
    habits: { full: createHabit(), partial: createHabit(), name: createHabit() },
    explained: createBitWindow(),
    lastGap: 0,
    explainedBefore: createBitWindow(),
    attested: createBitWindow(),
    lateness: 0,
    deletions: 0,
  };
}

function createHabit(): TagHabit {
  return { tags: 0, moves: 0, days: 0, moveDays: 0, lastDay: 0, lastMoveDay: 0 };
}
