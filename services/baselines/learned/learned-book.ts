import { detectionPolicyFor, type GovernedDetection } from '../../../detectors/detection-policy.ts';
import {
  type LearnedAspect,
  weigh,
} from '../../../detectors/view/baselines/learned/learned-aspect.ts';
import { learnedBaseline } from '../../../detectors/view/baselines/learned-baseline.ts';
import { DAY } from '../../../detectors/view/limits.ts';
import { ASPECTS, type BaselineScope } from '../../core/baseline/baseline.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { createHabitReader, HABIT_TYPES, type HabitReader } from './habit-reader.ts';
import { createProjectViews } from './project-views.ts';

export type LearnedBook = {
  /** What is usual in a repository, or in a part of it; undefined when the ledger has never heard of it. */
  readonly of: (
    project: string,
    repository: string,
    scope?: BaselineScope,
  ) => Promise<Learned | undefined>;
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
  /** Entries of the repository that were read for it, the newest ones. */
  readonly read: {
    readonly entries: number;
    /** Milliseconds: when the oldest of them happened. */
    readonly since: number | undefined;
    /** There are no older ones. */
    readonly complete: boolean;
  };
};

const MAX_REPOSITORIES = 1000;
const PAGE = 512;
/** Of a busy repository as many entries are read, or as many more as the required days take … */
const ENOUGH = 4096;
/** … but never more: 64 times what the strictest governance file may ask for of any one habit. */
const MOST = 65_536;

type Reader = Pick<Ledger, 'search' | 'scan' | 'size' | 'latestSnapshot' | 'snapshotParts'>;

/** Learned baselines: what detection knows, and what the entries say of what detection keeps as fingerprints. */
export function createLearnedBook(deps: {
  readonly ledger: Reader;
  readonly governance: GovernedDetection;
}): LearnedBook {
  const views = createProjectViews(deps);
  return {
    of: async (project, repository, scope = {}) => {
      const folded = await views.viewOf(project);
      const known = folded?.view.repositories.get(repository);
      if (folded === undefined || known === undefined) return undefined;
      const policy = detectionPolicyFor(deps.governance, project);
      const { reader, complete } = await readHabits(deps.ledger, {
        project,
        repository,
        days: policy.learning.days,
      });
      const fromEntries = reader.habits(scope).map((observed) => weigh(observed, policy.learning));
      // The view knows the whole repository only.
      const isWhole = Object.keys(scope).length === 0;
      const fromView = isWhole ? learnedBaseline(folded.view, known, policy) : [];
      return {
        aspects: [...fromView, ...fromEntries].sort(
          (a, b) => ASPECTS.indexOf(a.aspect) - ASPECTS.indexOf(b.aspect),
        ),
        asOf: { shard: folded.shard, size: folded.size },
        read: { entries: reader.size(), since: reader.since(), complete },
      };
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

/** Reads a repository's entries page by page, newest first, until enough is known of it. */
async function readHabits(
  ledger: Pick<Ledger, 'search'>,
  of: { readonly project: string; readonly repository: string; readonly days: number },
): Promise<{ readonly reader: HabitReader; readonly complete: boolean }> {
  const { project, repository, days } = of;
  const reader = createHabitReader();
  const query = { project, repository, types: HABIT_TYPES, order: 'newest', limit: PAGE } as const;
  let cursor: string | undefined;
  let read = 0;
  let newest: number | undefined;
  do {
    const page = await ledger.search({ ...query, ...(cursor !== undefined && { cursor }) });
    for (const { shard, index, event } of page.entries) reader.add({ shard, index, event });
    read += page.entries.length;
    cursor = page.next;
    newest ??= Date.parse(page.entries[0]?.event.time ?? '');
    const spans = newest - (reader.since() ?? newest) >= days * DAY;
    if ((read >= ENOUGH && spans) || read >= MOST) break;
  } while (cursor !== undefined);
  return { reader, complete: cursor === undefined };
}
