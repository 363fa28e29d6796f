import { createHash } from 'node:crypto';
import { aspectsOf, type BaselineScope, type Expectations } from '../../core/baseline/baseline.ts';
import type { EventOf, ProvostEvent } from '../../core/events/event.ts';
import { ownEnvelope } from '../../core/events/own-envelope.ts';
import type { Evidence } from '../../core/finding.ts';
import { canonicalJson } from '../../core/json/canonical-json.ts';
import type { BaselineVersion } from '../baseline-view.ts';

/** A person whom the API has authenticated. */
export type Person = { readonly name: string; readonly id: string };

/** Who decides: a person, or the key whose signature the API has verified. */
type Decider = Person | { readonly name: string; readonly kind: 'service' };

/** Names the baseline of a part of a repository: proposals for the same part are versions of one baseline. */
export function baselineIdOf(project: string, repository: string, scope: BaselineScope): string {
  const text = canonicalJson({ project, repository, scope: { ...scope } });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

type Envelope = { readonly project: string; readonly at: number; readonly nonce: string };

export function proposedEvent(
  envelope: Envelope,
  proposal: {
    readonly baselineId: string;
    readonly version: number;
    readonly repository: string;
    readonly scope: BaselineScope;
    readonly value: Expectations;
    readonly mode: 'declared' | 'source';
    readonly by: Person;
    readonly reason?: string | undefined;
    readonly document?: BaselineVersion['document'] | undefined;
    readonly evidence: readonly Evidence[];
  },
): EventOf<'baseline.proposed'> {
  const { baselineId, version, repository, scope, value, mode, by, reason, document } = proposal;
  return {
    ...envelopeOf(envelope, baselineId, version, 'proposed'),
    type: 'baseline.proposed',
    data: {
      project: envelope.project,
      baselineId,
      kind: kindOf(scope),
      repository,
      version,
      mode,
      scope,
      aspects: [...aspectsOf(value)],
      value: { ...value },
      actor: actorOf(by),
      ...(reason === undefined ? {} : { reason }),
      ...(document === undefined ? {} : { document }),
      ...(proposal.evidence.length === 0 ? {} : { evidence: [...proposal.evidence] }),
    },
  } as EventOf<'baseline.proposed'>;
}

/** An approval or a revocation of a version. */
export function decisionEvent(
  envelope: Envelope,
  type: 'baseline.approved' | 'baseline.revoked',
  decision: {
    readonly baselineId: string;
    readonly version: number;
    readonly repository: string;
    readonly scope: BaselineScope;
    readonly value: Expectations;
    readonly proposer: string;
    readonly by: Decider;
    readonly mode?: 'declared' | 'source' | undefined;
    readonly document?: BaselineVersion['document'] | undefined;
    readonly reason?: string | undefined;
  },
): ProvostEvent {
  const { baselineId, version, repository, scope, value, proposer, by, reason } = decision;
  const { mode, document } = decision;
  const verb = type === 'baseline.approved' ? 'approved' : 'revoked';
  return {
    ...envelopeOf(envelope, baselineId, version, verb),
    type,
    data: {
      project: envelope.project,
      baselineId,
      kind: kindOf(scope),
      repository,
      version,
      scope,
      aspects: [...aspectsOf(value)],
      ...(mode === undefined ? {} : { mode }),
      ...(document === undefined ? {} : { document }),
      // The ledger's reader sees what was approved without looking for the proposal.
      ...(type === 'baseline.approved' ? { value: { ...value } } : {}),
      proposer: { name: proposer },
      actor: actorOf(by),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

function envelopeOf(
  { project, at, nonce }: Envelope,
  baselineId: string,
  version: number,
  verb: string,
) {
  const id = `baseline:${baselineId}:${version}:${verb}:${nonce}`;
  return ownEnvelope({ id, subject: baselineId, project, time: new Date(at).toISOString() });
}

function actorOf(by: Decider) {
  return 'id' in by ? ({ ...by, kind: 'user' } as const) : by;
}

function kindOf(scope: BaselineScope): string {
  const parts = Object.keys(scope);
  return parts.length === 0 ? 'repository' : `repository, ${parts.join(', ')}`;
}
