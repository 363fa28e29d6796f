import type { Disposition, Severity } from '../../core/finding.ts';

/** What `provost replay` prints: one object a line. Numbers of lines count from 1. */
export type ReplayLine = FindingLine | AlertLine | SummaryLine;

export type FindingLine = {
  readonly kind: 'finding';
  readonly id: string;
  readonly rule: string;
  /** Class id of the catalogue, e.g. D01. */
  readonly detector: string;
  readonly severity: Severity;
  readonly disposition: Disposition;
  readonly subject: string;
  /** The line that made it known. */
  readonly line: number;
  /** Lines that it rests on, the judged one first. */
  readonly evidence: readonly number[];
  readonly message: string;
};

export type AlertLine = {
  readonly kind: 'alert';
  /** The incident: what people are told of once, however many rules and findings it groups. */
  readonly id: string;
  readonly rules: readonly string[];
  readonly disposition: Disposition;
  /** Subject of its first finding. */
  readonly subject: string;
  readonly line: number;
  readonly findings: number;
};

type SummaryLine = {
  readonly kind: 'summary';
  readonly events: number;
  readonly rejected: number;
  readonly findings: number;
  readonly alerts: number;
  /** Alerts that wake somebody. */
  readonly pages: number;
  /** Pushes that still wait for their build, attestation or signature: findings, should it not come. */
  readonly awaiting: number;
  readonly seconds: number;
};
