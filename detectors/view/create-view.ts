import { createBitWindow } from '../windows/bit-window.ts';
import { createAccessView } from './access/access-view.ts';
import { createBaselinesView } from './baselines/baselines-view.ts';
import { createCasesView } from './cases/cases-view.ts';
import { createReleasesView } from './evidence/releases-view.ts';
import { createHealthView } from './health/health-view.ts';
import { createPackagesView } from './packages/packages-view.ts';
import { createPipelinesView } from './pipelines/pipelines-view.ts';
import type { ProjectView } from './project-view.ts';
import { createProjectRhythm } from './rhythm/rhythm-view.ts';
import { createRulesView } from './rules/rules-view.ts';
import { createScienceView } from './science/science-view.ts';
import { createSourcesView } from './sources/sources-view.ts';
import { createBadView, createUsesView } from './taints/taints-view.ts';
import { createVolumeView } from './volume/volume-view.ts';

export function createProjectView(project: string): ProjectView {
  return {
    project,
    now: 0,
    behind: 0,
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
    access: createAccessView(),
    pipelines: createPipelinesView(),
    sources: createSourcesView(),
    packages: createPackagesView(),
    releases: createReleasesView(),
    volume: createVolumeView(),
    health: createHealthView(),
    science: createScienceView(),
    rhythm: createProjectRhythm(),
    taints: { ...createUsesView(), ...createBadView() },
    baselines: createBaselinesView(),
    cases: createCasesView(),
    said: new Map(),
    rules: createRulesView(),
  };
}

/** The project's view among the views, made when it is the first word of the project. */
export function viewOf(views: Map<string, ProjectView>, project: string): ProjectView {
  const known = views.get(project);
  if (known !== undefined) return known;
  const view = createProjectView(project);
  views.set(project, view);
  return view;
}
