import { detectionPolicyFor, type GovernedDetection } from '../../../detectors/detection-policy.ts';
import {
  type LearnedAspect,
  weigh,
} from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import { learnedBaseline } from '../../../detectors/view/baselines/learned-baseline.ts';
import { ASPECTS } from '../../core/baseline/baseline.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createProjectViews } from './project-views.ts';
import { MAX_RECENT, RECENT_TYPES, recentHabits } from './recent-habits.ts';

export type LearnedBook = {
  /** What is usual in a repository; undefined when the ledger has never heard of it. */
  readonly of: (project: string, repository: string) => Promise<Learned | undefined>;
  /** Repositories of a project, with the aspects that the view alone tells. */
  readonly all: (
    project: string,
  ) => Promise<
    readonly { readonly repository: string; readonly aspects: readonly LearnedAspect[] }[]
  >;
};

export type Learned = {
  readonly aspects: readonly LearnedAspect[];
  readonly asOf: { readonly shard: number; readonly size: number };
};

const MAX_REPOSITORIES = 1000;

/** Learned baselines: what detection knows, and what the newest entries say of what detection keeps as fingerprints. */
export function createLearnedBook(deps: {
  readonly ledger: Pick<Ledger, 'search' | 'scan' | 'size' | 'latestSnapshot' | 'snapshotParts'>;
  readonly governance: GovernedDetection;
}): LearnedBook {
  const views = createProjectViews(deps);
  return {
    of: async (project, repository) => {
      const folded = await views.viewOf(project);
      const known = folded?.view.repositories.get(repository);
      if (folded === undefined || known === undefined) return undefined;
      const policy = detectionPolicyFor(deps.governance, project);
      const { entries } = await deps.ledger.search({
        project,
        repository,
        types: RECENT_TYPES,
        order: 'newest',
        limit: MAX_RECENT,
      });
      const recent = recentHabits(
        entries.map(({ shard, index, event }) => ({ shard, index, event })),
      ).map((observed) => weigh(observed, policy.learning));
      const fromView = learnedBaseline(folded.view, known, policy);
      const told = new Set(fromView.map(({ aspect }) => aspect));
      const aspects = [...fromView, ...recent.filter(({ aspect }) => !told.has(aspect))].sort(
        (a, b) => ASPECTS.indexOf(a.aspect) - ASPECTS.indexOf(b.aspect),
      );
      return { aspects, asOf: { shard: folded.shard, size: folded.size } };
    },
    all: async (project) => {
      const folded = await views.viewOf(project);
      if (folded === undefined) return [];
      const policy = detectionPolicyFor(deps.governance, project);
      return [...folded.view.repositories.values()]
        .slice(0, MAX_REPOSITORIES)
        .map((repository) => ({
          repository: repository.name,
          aspects: learnedBaseline(folded.view, repository, policy),
        }));
    },
  };
}
