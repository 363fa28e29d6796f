import {
  type BaselineScope,
  type Expectations,
  MAX_BASELINE_BYTES,
} from '../../core/baseline/baseline.ts';
import { misfitOf, parseExpectations, parseScope } from '../../core/baseline/parse-expectations.ts';
import { areTwoPeople } from '../../core/baseline/two-people.ts';
import type { Clock } from '../../core/clock.ts';
import { type Problem, problem } from '../../core/errors.ts';
import type { EventType } from '../../core/events/catalogue.ts';
import type { Entry, ProvostEvent } from '../../core/events/event.ts';
import type { Evidence } from '../../core/finding.ts';
import { fail, type Outcome, ok } from '../../core/outcome.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { searchAll } from '../../ledger/search-all.ts';
import type { BaselineVersion, DeclaredBaseline } from '../baseline-view.ts';
import { baselineIdOf, decisionEvent, type Person, proposedEvent } from './declared-events.ts';
import { createHistory, type DeclaredHistory, foldDeclared, markLapsed } from './fold-declared.ts';

export type DeclaredBookDeps = {
  readonly ledger: Pick<Ledger, 'search'>;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Durable when it resolves; throws `bus.*` on an outage. */
  readonly publish: (event: ProvostEvent) => Promise<void>;
};

export type Proposal = {
  readonly project: string;
  readonly repository: string;
  readonly scope: BaselineScope;
  readonly value: Expectations;
  readonly mode: 'declared' | 'source';
  readonly by: Person;
  readonly reason?: string | undefined;
  readonly document?: BaselineVersion['document'] | undefined;
  readonly evidence: readonly Evidence[];
  /** The key whose signature stands for the second person; without one somebody else has to approve. */
  readonly inForceBy?: string | undefined;
};

export type Decision = {
  readonly baselineId: string;
  /** The version that the person has read; the one that waits (or holds) when absent. */
  readonly version?: number | undefined;
  readonly by: Person;
  readonly reason?: string | undefined;
};

/** Declared baselines as the ledger tells them at the time of asking; every decision is an event. */
export type DeclaredBook = {
  readonly all: (project?: string) => Promise<readonly DeclaredBaseline[]>;
  readonly find: (baselineId: string) => Promise<DeclaredBaseline | undefined>;
  /** Each resolves with the baseline as it will be, once the event is durable on the bus. */
  readonly propose: (proposal: Proposal) => Promise<Outcome<DeclaredBaseline>>;
  readonly approve: (decision: Decision) => Promise<Outcome<DeclaredBaseline>>;
  readonly revoke: (decision: Decision) => Promise<Outcome<DeclaredBaseline>>;
};

const SIGNED = 'The file is signed by a key that the governance file names';
const TYPES: readonly EventType[] = ['baseline.proposed', 'baseline.approved', 'baseline.revoked'];

export function createDeclaredBook(deps: DeclaredBookDeps): DeclaredBook {
  const read = async (project?: string): Promise<DeclaredHistory> => {
    const entries: Entry[] = [];
    const query = { types: TYPES, ...(project === undefined ? {} : { project }) };
    for await (const { shard, index, event } of searchAll(deps.ledger, query)) {
      entries.push({ shard, index, event });
    }
    // The ledger's order is the one that counts; a project has one shard.
    entries.sort((a, b) => a.shard - b.shard || a.index - b.index);
    const history = createHistory();
    for (const entry of entries) foldDeclared(history, entry);
    markLapsed(history);
    return history;
  };

  const envelope = (project: string) => ({
    project,
    at: deps.clock.now(),
    nonce: deps.newId(),
  });

  /** Publishes an event that counts, and shows what becomes of the baseline. */
  const state = async (
    history: DeclaredHistory,
    baselineId: string,
    event: ProvostEvent,
    isDone: (after: DeclaredBaseline) => boolean,
  ): Promise<Outcome<DeclaredBaseline>> => {
    foldDeclared(history, { shard: -1, index: -1, event } as Entry);
    const after = history.baselines.get(baselineId);
    if (after === undefined || !isDone(after))
      return fail(refusal('the project holds as many baselines as it can'));
    await deps.publish(event);
    return ok(after);
  };

  return {
    all: async (project) => [...(await read(project)).baselines.values()],
    find: async (baselineId) => (await read()).baselines.get(baselineId),
    propose: async (proposal) => {
      const { project, repository, scope, value } = proposal;
      if (parseScope(scope) === undefined || parseExpectations(value) === undefined)
        return fail(
          problem(
            'baseline.document',
            `expected values or ranges by aspect, at most ${MAX_BASELINE_BYTES} bytes as JSON`,
          ),
        );
      const misfit = misfitOf(value);
      if (misfit !== undefined)
        return fail(
          problem(
            'baseline.document',
            Array.isArray(value[misfit])
              ? `expected a range for ${misfit}, e.g. ${misfit}=..20`
              : `expected values for ${misfit}, not a range`,
          ),
        );
      const history = await read(project);
      const baselineId = baselineIdOf(project, repository, scope);
      const versions = history.baselines.get(baselineId)?.versions ?? [];
      const version = (versions.at(-1)?.version ?? 0) + 1;
      const event = proposedEvent(envelope(project), { ...proposal, baselineId, version });
      const proposed = await state(
        history,
        baselineId,
        event,
        ({ pending }) => pending === version,
      );
      const { inForceBy: key, document } = proposal;
      // Whoever keeps an old file cannot bring it back alone: a signature stands for a person once.
      const hasHeld = versions.some(
        (one) => one.approved !== undefined && one.document?.digest === document?.digest,
      );
      if (!proposed.ok || key === undefined || hasHeld) return proposed;
      const approval = decisionEvent(envelope(project), 'baseline.approved', {
        ...proposal,
        baselineId,
        version,
        proposer: proposal.by.name,
        by: { name: key, kind: 'service' },
        reason: SIGNED,
      });
      return await state(history, baselineId, approval, isApproved(version));
    },
    approve: async (decision) => {
      const history = await read();
      const baseline = history.baselines.get(decision.baselineId);
      if (baseline === undefined) return fail(unknown(decision));
      const version = versionOf(baseline, decision, ['proposed']);
      if (version === undefined) return fail(refusal(`no version ${said(decision)}waits`));
      const proposer = version.proposed.by;
      const { by } = decision;
      const waiting = history.counted.get(baseline.project)?.proposed.get(baseline.baselineId);
      if (!areTwoPeople({ name: proposer, id: waiting?.byId }, by))
        return fail(
          problem(
            'baseline.same-person',
            `${by.name} proposed this version: expected somebody else to approve it`,
          ),
        );
      const { value } = version;
      const event = decisionEvent(envelope(baseline.project), 'baseline.approved', {
        ...baseline,
        ...decision,
        version: version.version,
        value,
        proposer,
      });
      return await state(history, baseline.baselineId, event, isApproved(version.version));
    },
    revoke: async (decision) => {
      const history = await read();
      const baseline = history.baselines.get(decision.baselineId);
      if (baseline === undefined) return fail(unknown(decision));
      const version = versionOf(baseline, decision, ['approved', 'proposed']);
      if (version === undefined) return fail(refusal(`no version ${said(decision)}holds or waits`));
      const event = decisionEvent(envelope(baseline.project), 'baseline.revoked', {
        ...baseline,
        ...decision,
        version: version.version,
        value: version.value,
        proposer: version.proposed.by,
      });
      return await state(history, baseline.baselineId, event, () => true);
    },
  };
}

function isApproved(version: number): (after: DeclaredBaseline) => boolean {
  return (after) => after.status === 'approved' && after.version === version;
}

/** The version that is meant: the named one, else the first of the wanted states that there is. */
function versionOf(
  baseline: DeclaredBaseline,
  { version }: Decision,
  statuses: readonly BaselineVersion['status'][],
): BaselineVersion | undefined {
  for (const status of statuses) {
    const found = baseline.versions.findLast(
      (one) => one.status === status && (version === undefined || one.version === version),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function said({ version }: Decision): string {
  return version === undefined ? '' : `${version} `;
}

function unknown({ baselineId }: Decision): Problem {
  return problem(
    'baseline.not-found',
    `no baseline ${baselineId.slice(0, 64)}: provost baseline list shows those that there are`,
    'id',
  );
}

function refusal(message: string): Problem {
  return problem('baseline.transition', message);
}
