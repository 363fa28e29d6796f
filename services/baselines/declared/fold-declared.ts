import {
  type BaselinesView,
  createBaselinesView,
} from '../../../detectors/view/baselines/baselines-view.ts';
import { approvalOf, foldBaseline } from '../../../detectors/view/baselines/fold-baseline.ts';
import { aspectsOf } from '../../core/baseline/baseline.ts';
import { parseExpectations, parseScope } from '../../core/baseline/parse-expectations.ts';
import type { Entry, EventOf } from '../../core/events/event.ts';
import { type BaselineVersion, type DeclaredBaseline, linkTo } from '../baseline-view.ts';

/** Declared baselines with their whole history, as the ledger tells it. */
export type DeclaredHistory = {
  readonly baselines: Map<string, DeclaredBaseline>;
  /** By project: what detection counts, so that both always agree. */
  readonly counted: Map<string, BaselinesView>;
};

export function createHistory(): DeclaredHistory {
  return { baselines: new Map(), counted: new Map() };
}

/** Folds an entry in place; one that declares nothing, or does not count, changes nothing. */
export function foldDeclared(history: DeclaredHistory, entry: Entry): void {
  const { event } = entry;
  const counted = history.counted.get(event.project) ?? createBaselinesView();
  history.counted.set(event.project, counted);
  switch (event.type) {
    case 'baseline.proposed':
      foldBaseline(counted, entry);
      if (isKept(counted, event)) addProposal(history, { ...entry, event });
      return;
    case 'baseline.approved': {
      const approval = approvalOf(counted, entry);
      foldBaseline(counted, entry);
      const known = history.baselines.get(event.data.baselineId);
      if (approval !== undefined && known !== undefined) {
        addApproval(known, approval.baseline.version, { ...entry, event });
      }
      return;
    }
    case 'baseline.revoked': {
      foldBaseline(counted, entry);
      const known = history.baselines.get(event.data.baselineId);
      if (known !== undefined && event.trust !== 'claimed')
        addRevocation(known, { ...entry, event });
      return;
    }
    // Nothing else declares anything.
    default:
      return;
  }
}

/** Says of proposals that detection has forgotten that they wait no more. */
export function markLapsed({ baselines, counted }: DeclaredHistory): void {
  for (const baseline of baselines.values()) {
    const waiting = counted.get(baseline.project)?.proposed.get(baseline.baselineId);
    for (const version of baseline.versions) {
      if (version.status === 'proposed' && waiting?.version !== version.version)
        version.status = 'lapsed';
    }
    summarise(baseline);
  }
}

/** Detection took the proposal in: it is well-formed, authenticated and not older than the one that waits. */
function isKept(
  counted: BaselinesView,
  { source, id, data }: EventOf<'baseline.proposed'>,
): boolean {
  const kept = counted.proposed.get(data.baselineId)?.ref;
  return kept?.source === source && kept.id === id;
}

function addProposal(
  { baselines }: DeclaredHistory,
  entry: Entry & { readonly event: EventOf<'baseline.proposed'> },
): void {
  const { data, project } = entry.event;
  const value = parseExpectations(data.value);
  const scope = parseScope(data.scope);
  if (value === undefined || scope === undefined || data.repository === undefined) return;
  const { baselineId, repository, version = 1, mode = 'declared', document } = data;
  const known = baselines.get(baselineId) ?? {
    baselineId,
    project,
    repository,
    scope,
    status: 'proposed' as const,
    version,
    aspects: [],
    versions: [],
  };
  for (const other of known.versions) {
    if (other.status === 'proposed') other.status = 'replaced';
  }
  known.versions.push({
    version,
    status: 'proposed',
    mode,
    value: { ...value },
    proposed: decisionOf(entry, 'the proposal'),
    ...(document === undefined ? {} : { document }),
    evidence: (data.evidence ?? []).map((evidence) => linkTo(evidence, evidence.role)),
  });
  baselines.set(baselineId, known);
  summarise(known);
}

function addApproval(
  known: DeclaredBaseline,
  version: number,
  entry: Entry & { readonly event: EventOf<'baseline.approved'> },
): void {
  for (const other of known.versions) {
    if (other.status === 'approved') other.status = 'replaced';
  }
  const approved = known.versions.findLast((one) => one.version === version);
  if (approved !== undefined) {
    approved.status = 'approved';
    approved.approved = decisionOf(entry, 'the approval');
  }
  summarise(known);
}

function addRevocation(
  known: DeclaredBaseline,
  entry: Entry & { readonly event: EventOf<'baseline.revoked'> },
): void {
  const { version } = entry.event.data;
  for (const one of known.versions) {
    if (version !== undefined && version !== one.version) continue;
    if (one.status !== 'approved' && one.status !== 'proposed') continue;
    one.status = 'revoked';
    one.revoked = decisionOf(entry, 'the revocation');
  }
  summarise(known);
}

/** The version that holds speaks for the baseline; where none does, the newest. */
function summarise(known: DeclaredBaseline): void {
  const newest = known.versions.at(-1);
  const shown = known.versions.find(({ status }) => status === 'approved') ?? newest;
  const pending = known.versions.findLast(({ status }) => status === 'proposed');
  if (shown === undefined) return;
  known.status = shown.status;
  known.version = shown.version;
  known.aspects = [...aspectsOf(shown.value)];
  if (pending === undefined) delete known.pending;
  else known.pending = pending.version;
}

function decisionOf(
  entry: Entry & {
    readonly event: EventOf<'baseline.proposed' | 'baseline.approved' | 'baseline.revoked'>;
  },
  role: string,
): BaselineVersion['proposed'] {
  const { data, time } = entry.event;
  return {
    by: data.actor?.name ?? '',
    at: time,
    ...(data.reason === undefined ? {} : { reason: data.reason }),
    // What was published a moment ago has no place in the ledger yet.
    ...(entry.index < 0 ? {} : { entry: linkTo(entry, role) }),
  };
}
