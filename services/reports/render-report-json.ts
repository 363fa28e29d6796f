import { utf8 } from '../core/bytes.ts';
import { canonicalJson } from '../core/json/canonical-json.ts';
import { toDigest } from '../core/to-digest.ts';
import type { AuditReport } from './audit-report.ts';

/** The report as canonical JSON (RFC 8785): the same report is the same text. */
export function renderReportJson(report: AuditReport): string {
  return canonicalJson(report);
}

/** The report's digest: that of its canonical JSON. */
export function reportDigest(json: string): string {
  return toDigest(utf8(json));
}
