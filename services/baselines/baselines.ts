import { type DetectionPolicy, detectionPolicyFor } from '../../detectors/detection-policy.ts';
import type { LearnedAspect } from '../../detectors/view/baselines/learned/learned-aspect.ts';
import type { Governance } from '../config/governance.ts';
import type { Aspect, BaselineScope } from '../core/baseline/baseline.ts';
import { problem } from '../core/errors.ts';
import { fail, type Outcome, ok } from '../core/outcome.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  type BaselineDiff,
  type BaselineSummary,
  type DeclaredBaseline,
  type Explanation,
  type LearnedAspectView,
  linkTo,
  type RepositoryBaseline,
} from './baseline-view.ts';
import {
  createDeclaredBook,
  type Decision,
  type DeclaredBookDeps,
} from './declared/declared-book.ts';
import { findImage, findPrevious, type KnownImage, parseImageName } from './diff/image-entries.ts';
import { toBaselineDiff, yardstickFor } from './diff/to-baseline-diff.ts';
import { explainBaseline } from './explain-baseline.ts';
import { yardstickOf } from './learned/choose-habits.ts';
import { createLearnedBook, type Learned } from './learned/learned-book.ts';
import { type ProposalRequest, readProposal } from './read-proposal.ts';

export type BaselinesDeps = Omit<DeclaredBookDeps, 'ledger'> & {
  readonly ledger: Pick<
    Ledger,
    'search' | 'scan' | 'size' | 'latestSnapshot' | 'snapshotParts' | 'tagHistory'
  >;
  readonly governance: Pick<Governance, 'projects' | 'rules'>;
  /** The project that a repository belongs to. */
  readonly projectOf: (repository: string) => string;
};

type ListFilter = {
  readonly project?: string | undefined;
  readonly repository?: string | undefined;
  readonly mode?: 'declared' | 'learned' | undefined;
  readonly limit: number;
};

/** What is known good, in all three modes. An outage throws `ledger.unavailable` or `bus.*`. */
export type Baselines = {
  readonly list: (filter: ListFilter) => Promise<readonly BaselineSummary[]>;
  readonly find: (baselineId: string) => Promise<DeclaredBaseline | undefined>;
  /** The first answer for a project rebuilds its view and may take a moment. */
  readonly show: (
    repository: string,
    scope?: BaselineScope,
  ) => Promise<Outcome<RepositoryBaseline>>;
  readonly explain: (
    repository: string,
    of?: { readonly aspect?: Aspect | undefined; readonly scope?: BaselineScope },
  ) => Promise<Outcome<Explanation>>;
  /** `against`: another image, `previous` (the default), or `baseline`. */
  readonly diff: (of: string, against?: string) => Promise<Outcome<BaselineDiff>>;
  readonly propose: (request: ProposalRequest) => Promise<Outcome<DeclaredBaseline>>;
  readonly approve: (decision: Decision) => Promise<Outcome<DeclaredBaseline>>;
  readonly revoke: (decision: Decision) => Promise<Outcome<DeclaredBaseline>>;
};

export function createBaselines(deps: BaselinesDeps): Baselines {
  const declared = createDeclaredBook(deps);
  const learned = createLearnedBook(deps);
  const policyOf = (project: string) => detectionPolicyFor(deps.governance, project);

  const declaredFor = async (project: string, repository: string) =>
    (await declared.all(project)).filter((baseline) => baseline.repository === repository);

  const read = async (repository: string, scope?: BaselineScope): Promise<Outcome<Everything>> => {
    const project = deps.projectOf(repository);
    const habits = await learned.of(project, repository, scope);
    const declarations = await declaredFor(project, repository);
    if (habits === undefined && declarations.length === 0)
      return fail(
        problem(
          'baseline.not-found',
          `the ledger knows nothing of the repository ${repository}: no push of it was seen, and nobody has declared anything`,
        ),
      );
    return ok({ project, habits, declarations, policy: policyOf(project) });
  };

  const readImage = async (text: string): Promise<Outcome<KnownImage>> => {
    const name = parseImageName(text);
    return name === undefined
      ? fail(
          problem(
            'http.bad-request',
            `expected repository, repository:tag or repository@digest, received ${JSON.stringify(text.slice(0, 300))}`,
          ),
        )
      : await findImage(deps.ledger, name);
  };

  const otherImage = async (
    image: KnownImage,
    against: string,
  ): Promise<Outcome<KnownImage | undefined>> => {
    if (against === 'baseline') return ok(undefined);
    if (against === 'previous') return ok(await findPrevious(deps.ledger, image));
    return await readImage(against);
  };

  return {
    list: async ({ project, repository, mode, limit }) => {
      const home = project ?? (repository === undefined ? undefined : deps.projectOf(repository));
      const declarations = mode === 'learned' ? [] : await declared.all(home);
      const habits = mode === 'declared' || home === undefined ? [] : await learned.all(home);
      return [
        ...declarations.map(summariseDeclared),
        ...habits.map((one) => summariseLearned(home ?? '', one)),
      ]
        .filter((one) => repository === undefined || one.repository === repository)
        .slice(0, limit);
    },
    find: declared.find,
    show: async (repository, scope = {}) => {
      const found = await read(repository, scope);
      if (!found.ok) return found;
      const { project, habits, declarations, policy } = found.value;
      return ok({
        repository,
        project,
        requires: policy.baselines,
        learning: { ...policy.learning },
        declared: [...declarations],
        learned: (habits?.aspects ?? []).map(toLearnedView),
        scope,
        asOf: { ...(habits?.asOf ?? { shard: 0, size: 0 }) },
        read: toReadView(habits?.read),
      });
    },
    explain: async (repository, { aspect, scope } = {}) => {
      const found = await read(repository, scope);
      if (!found.ok) return found;
      const { project, habits, declarations, policy } = found.value;
      const { baselines: requires, learning } = policy;
      const asked = { aspect, requires, learning };
      const reasons = explainBaseline(declarations, habits?.aspects ?? [], asked);
      return ok({ repository, project, reasons });
    },
    diff: async (of, against = 'previous') => {
      const image = await readImage(of);
      if (!image.ok) return image;
      const other = await otherImage(image.value, against);
      if (!other.ok) return other;
      const found = await read(image.value.repository);
      if (!found.ok) return found;
      const { habits, declarations, policy } = found.value;
      const usual = policy.baselines === 'declared' ? {} : yardstickOf(habits?.aspects ?? []);
      const yardstick = yardstickFor(image.value, declarations, usual);
      return ok(toBaselineDiff(image.value, other.value, yardstick));
    },
    propose: async (request) => {
      const proposal = await readProposal({ ...deps, learned }, request);
      return proposal.ok ? await declared.propose(proposal.value) : proposal;
    },
    approve: declared.approve,
    revoke: declared.revoke,
  };
}

type Everything = {
  readonly project: string;
  readonly habits: Learned | undefined;
  readonly declarations: readonly DeclaredBaseline[];
  readonly policy: DetectionPolicy;
};

function toReadView(read: Learned['read'] | undefined): RepositoryBaseline['read'] {
  const { entries, since, complete } = read ?? { entries: 0, since: undefined, complete: true };
  return {
    entries,
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    complete,
  };
}

function toLearnedView(learned: LearnedAspect): LearnedAspectView {
  const { since, until, evidence, ...rest } = learned;
  return {
    ...rest,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    evidence: evidence.map((ref) => linkTo(ref, 'an observation')),
  };
}

function summariseDeclared(baseline: DeclaredBaseline): BaselineSummary {
  const { baselineId, project, repository, scope, status, version, pending, aspects } = baseline;
  const shown = baseline.versions.find((one) => one.version === version);
  const by = [shown?.proposed.by, shown?.approved?.by].filter((name) => name !== undefined);
  return {
    mode: shown?.mode ?? 'declared',
    baselineId,
    project,
    repository,
    scope,
    status,
    version,
    ...(pending === undefined ? {} : { pending }),
    aspects,
    by,
  };
}

function summariseLearned(
  project: string,
  { repository, aspects }: { repository: string; aspects: readonly LearnedAspect[] },
): BaselineSummary {
  const established = aspects.filter((one) => one.established);
  return {
    mode: 'learned',
    project,
    repository,
    scope: {},
    status: established.length > 0 ? 'established' : 'learning',
    aspects: [
      ...new Set((established.length > 0 ? established : aspects).map(({ aspect }) => aspect)),
    ],
    by: [],
  };
}
