import { toHex, utf8 } from '../services/core/bytes.ts';
import type { Evidence, Finding } from '../services/core/finding.ts';
import { DISPOSITIONS, type Disposition, type Severity } from '../services/core/finding.ts';
import { sha256 } from '../services/core/merkle/hash-leaf.ts';
import type { DetectionPolicy } from './detection-policy.ts';
import type { ContextDraft, DetectorMetadata, FindingDraft } from './detector.ts';
import { cutText } from './text/cut-text.ts';
import type { EntryRef } from './view/project-view.ts';

/** Scores from which a finding asks for work, and wakes somebody. */
const TICKET_SCORE = 0.45;
const PAGE_SCORE = 0.8;

const MAX_EVIDENCE = 64;
const MAX_CONTEXT = 32;

/** Which entry was judged, when it happened, who acted, and what the governance file says about it. */
type JudgedEntry = {
  readonly ref: EntryRef;
  readonly at: number;
  readonly actor: string;
  readonly policy: DetectionPolicy;
};

/**
 * Makes a finding of a draft. Its id depends on the rule, its version, the subject and the identities of the evidence
 * alone: not on shards, indexes, the moment or the policy. So replays and other partitionings raise the same finding,
 * and the ledger drops it as a duplicate.
 */
export function toFinding(
  metadata: DetectorMetadata,
  draft: FindingDraft,
  context: JudgedEntry,
): Finding {
  const { about } = draft;
  const judged = about?.ref ?? context.ref;
  const evidence = withoutRepeats([{ ...judged, role: draft.role }, ...draft.evidence]);
  const final = scoreOf(draft);
  const disposition = dispositionOf(metadata.rule, draft, final, context.policy);
  const actor = about?.actor ?? context.actor;
  return {
    findingId: findingId(metadata, draft.subject.key, draft.identity ?? evidence),
    rule: metadata.rule,
    detector: metadata.catalogue ?? metadata.id,
    version: metadata.version,
    severity: severityOf(final),
    disposition,
    title: cutText(draft.title, 512),
    message: cutText(draft.message, 4096),
    subject: draft.subject,
    observed: draft.observed,
    expected: draft.expected,
    evidence,
    score: { base: round(draft.base), final: round(final) },
    context: draft.context.slice(0, MAX_CONTEXT).map(toContext),
    remediation: {
      summary: metadata.remediation,
      owner: draft.remediation.owner,
      steps: [...draft.remediation.steps],
    },
    ...(actor === '' ? {} : { actor }),
    occurredAt: new Date(about?.at ?? context.at).toISOString(),
  };
}

/** First 32 hex digits of SHA-256 over rule, version, subject and the identities of the evidence (or the draft's own), unambiguously joined. */
export function findingId(
  metadata: Pick<DetectorMetadata, 'rule' | 'version'>,
  subjectKey: string,
  identity: readonly Pick<Evidence, 'source' | 'id'>[] | readonly string[],
): string {
  const parts = [
    metadata.rule,
    metadata.version,
    subjectKey,
    identity.map((part) => (typeof part === 'string' ? part : [part.source, part.id])),
  ];
  return toHex(sha256(utf8(JSON.stringify(parts)))).slice(0, 32);
}

/** The base with the effects of all context, from 0 to 1. */
export function scoreOf(draft: Pick<FindingDraft, 'base' | 'context'>): number {
  return clamp(draft.context.reduce((score, { effect }) => score + effect, draft.base));
}

export function higherDisposition(one: Disposition, other: Disposition): Disposition {
  return DISPOSITIONS.indexOf(one) >= DISPOSITIONS.indexOf(other) ? one : other;
}

function dispositionOf(
  rule: string,
  draft: FindingDraft,
  score: number,
  policy: DetectionPolicy,
): Disposition {
  const earned: Disposition =
    round(score) >= PAGE_SCORE ? 'page' : round(score) >= TICKET_SCORE ? 'ticket' : 'log';
  const limits = [draft.atMost, policy.rules[rule]?.atMost];
  return limits.reduce<Disposition>(
    (least, limit) =>
      limit !== undefined && higherDisposition(least, limit) === least ? limit : least,
    earned,
  );
}

function severityOf(score: number): Severity {
  const exact = round(score);
  if (exact >= 0.95) return 'critical';
  if (exact >= PAGE_SCORE) return 'high';
  if (exact >= TICKET_SCORE) return 'medium';
  return exact >= 0.2 ? 'low' : 'info';
}

function withoutRepeats(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  return evidence
    .filter(({ source, id }) => {
      const key = JSON.stringify([source, id]);
      return !seen.has(key) && seen.add(key) !== undefined;
    })
    .slice(0, MAX_EVIDENCE)
    .map(({ shard, index, source, id, role }) => ({ shard, index, source, id, role }));
}

function toContext({ kind, reason, effect }: ContextDraft): ContextDraft {
  return { kind, reason: cutText(reason, 1024), effect: round(effect) };
}

function clamp(score: number): number {
  return Math.min(1, Math.max(0, score));
}

/** Sums of tenths are not exact; a score of 0.7999… is 0.8. */
function round(score: number): number {
  return Math.round(score * 1000) / 1000;
}
