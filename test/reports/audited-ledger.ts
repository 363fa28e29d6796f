import { generateKeyPairSync } from 'node:crypto';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import type { AuditReport } from '../../services/reports/audit-report.ts';
import { runAudit } from '../../services/reports/run-audit.ts';
import { createMemoryLedger, type MemoryLedger } from '../fakes/memory-ledger.ts';

export const FROM = '2026-03-01T00:00:00Z';
export const TO = '2026-04-01T00:00:00Z';
export const NOW = Date.parse('2026-04-02T00:00:00Z');

/** A ledger whose shard 0 holds the events in this order. */
export async function ledgerWith(events: readonly ProvostEvent[]): Promise<MemoryLedger> {
  const ledger = createMemoryLedger({
    origin: 'log.example/lab',
    privateKey: generateKeyPairSync('ed25519').privateKey,
    clock: { now: () => NOW },
  });
  if (events.length > 0) await ledger.writer(0).append(events);
  return ledger;
}

/** The report on project lab in March. */
export async function auditOf(
  ledger: MemoryLedger,
  changed: { readonly now?: number; readonly keys?: readonly string[]; readonly to?: string } = {},
): Promise<AuditReport> {
  const made = await runAudit({
    auditId: 'audit-1',
    project: 'lab',
    from: FROM,
    to: TO,
    by: 'carol',
    now: NOW,
    ledger,
    keys: [ledger.verifierKey(0)],
    ...changed,
  });
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
}

export function checkOf(report: AuditReport, id: string) {
  const check = report.checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return { ...check, titles: check.deviations.map(({ title }) => title) };
}
