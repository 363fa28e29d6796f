import { createHash } from 'node:crypto';
import type { Ledger } from '../../ledger/ledger.ts';
import type { CheckStatus, Control, Correction, Deviation } from '../audit-report.ts';
import type { TagView } from '../fold-tags.ts';
import type { GovernanceFacts } from '../governance-facts.ts';
import type { HandledFinding } from '../handled-findings.ts';

/** One question of an audit: what it asks, which controls the answer supports, and how it is answered. */
export type Check = {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly controls: readonly Control[];
  /** Answers from the context alone; an outage of the ledger is thrown. */
  readonly run: (context: CheckContext) => Promise<CheckResult>;
};

/** Everything that checks look at, read once. */
export type CheckContext = {
  readonly project: string;
  /** RFC 3339; from ≤ time < to. */
  readonly from: string;
  readonly to: string;
  /** Milliseconds. */
  readonly now: number;
  readonly ledger: Pick<Ledger, 'fsck' | 'latestCheckpoint'>;
  /** Verifier keys (C2SP vkey texts) of the shards' checkpoints. */
  readonly keys: readonly string[];
  /** Shards that hold the project. */
  readonly shards: readonly number[];
  readonly tags: TagView;
  readonly findings: readonly HandledFinding[];
  readonly corrections: readonly Correction[];
  readonly governance: GovernanceFacts;
};

export type CheckResult = {
  readonly status: CheckStatus;
  readonly summary: string;
  readonly deviations: readonly Deviation[];
};

/** A deviation whose id is the same in every audit that finds the same thing wrong. */
export function deviation(
  check: string,
  subject: readonly string[],
  rest: Omit<Deviation, 'deviationId' | 'accepted'>,
): Deviation {
  const hash = createHash('sha256').update(JSON.stringify([check, ...subject]));
  return { deviationId: hash.digest('hex').slice(0, 32), ...rest };
}

/** `1 tag`, `2 tags`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
