import type { BaselineScope, Expectations } from '../../../services/core/baseline/baseline.ts';
import type { EntryRef } from '../project-view.ts';

/** What people declared as known good: proposals that wait for a second person, and what is approved. */
export type BaselinesView = {
  /** By baseline id, oldest first. */
  readonly proposed: Map<string, ProposedBaseline>;
  /** By repository, then in the order of their first approval. */
  readonly approved: Map<string, ApprovedBaseline[]>;
  /** How many are approved. */
  count: number;
};

export type ProposedBaseline = {
  readonly repository: string;
  readonly version: number;
  readonly by: string;
  /** Stable account id of the proposer, or empty. */
  readonly byId: string;
  readonly scope: BaselineScope;
  readonly value: Expectations;
  readonly ref: EntryRef;
};

export type ApprovedBaseline = {
  readonly id: string;
  readonly version: number;
  readonly scope: BaselineScope;
  readonly value: Expectations;
  readonly proposedBy: string;
  readonly approvedBy: string;
  /** The approval. */
  readonly ref: EntryRef;
  /** Changes on the newest day (days since the epoch, UTC) that it applies to; only where it says how many there may be. */
  today?: { readonly day: number; readonly changes: number };
};

/** Proposals a project; the oldest is forgotten and has to be made again. */
export const MAX_PROPOSED = 64;
/** Approved baselines a project; beyond it none is taken in, so what clears and what binds is never forgotten. */
export const MAX_APPROVED = 256;

export function createBaselinesView(): BaselinesView {
  return { proposed: new Map(), approved: new Map(), count: 0 };
}
