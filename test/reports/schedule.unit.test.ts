import { describe, expect, it } from 'vitest';
import { problem } from '../../services/core/errors.ts';
import { fail, ok } from '../../services/core/outcome.ts';
import type { KeptReport } from '../../services/reports/audits.ts';
import { createAuditSchedule, type ReportMail } from '../../services/reports/schedule.ts';

const MONDAY = Date.parse('2026-03-02T06:00:00Z');
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const CONFIG = { project: 'lab', cron: '0 6 * * 1', days: 7, mail: ['a@example.org'] };

function open(start: number, served = new Map<string, number>()) {
  let now = start;
  const runs: { from: string; to: string; by: string }[] = [];
  const mails: ReportMail[] = [];
  const errors: object[] = [];
  const faults = { run: false, refuse: false, mail: false };
  const schedule = createAuditSchedule({
    audits: [CONFIG, { ...CONFIG, project: 'other', cron: '30 6 * * *' }],
    clock: { now: () => now },
    run: async ({ project, from, to, by }) => {
      if (faults.run) throw new Error('the ledger does not answer');
      if (faults.refuse) return fail(problem('audit.period', 'no'));
      if (project === 'lab') runs.push({ from, to, by });
      return ok(reportOf(project, from, to));
    },
    sendReport: async (mail) => {
      if (faults.mail) throw new Error('mailbox full');
      if (mail.subject.includes('lab')) mails.push(mail);
    },
    lastServed: async (key) => served.get(key),
    saveServed: async (key, due) => {
      served.set(key, due);
    },
    log: { error: (fields) => errors.push(fields) },
  });
  const tickAt = async (time: number) => {
    now = time;
    await schedule.tick();
  };
  return { schedule, tickAt, runs, mails, errors, faults, served };
}

function reportOf(project: string, from: string, to: string): KeptReport {
  const shared = { completedAt: to, checks: 4, deviations: 1, digest: 'sha256:0' };
  return { auditId: `id-${project}`, project, from, to, ...shared, json: '{}', html: '<p>' };
}

describe('audit schedule', () => {
  it('runs at its time over the days before it, and mails the page and the JSON', async () => {
    const { tickAt, runs, mails } = open(MONDAY - HOUR);
    await tickAt(MONDAY - 1);
    expect(runs).toEqual([]);
    await tickAt(MONDAY + 500);
    await tickAt(MONDAY + 60_000);
    expect(runs).toEqual([
      {
        from: '2026-02-23T06:00:00.000Z',
        to: '2026-03-02T06:00:00.000Z',
        by: 'schedule 0 6 * * 1',
      },
    ]);
    expect(mails[0]?.subject).toBe('Audit of lab, 2026-02-23 to 2026-03-02: 1 deviation');
    expect(mails[0]?.attachments.map(({ filename }) => filename)).toEqual([
      'audit-id-lab.html',
      'audit-id-lab.json',
    ]);
  });

  it('serves nothing of the time before its first start, and runs once what a stop missed often', async () => {
    const first = open(MONDAY + HOUR);
    await first.tickAt(MONDAY + HOUR);
    expect(first.runs).toEqual([]);
    const second = open(MONDAY + 22 * DAY, first.served);
    await second.tickAt(MONDAY + 22 * DAY);
    await second.tickAt(MONDAY + 22 * DAY + HOUR);
    expect(second.runs.map(({ to }) => to)).toEqual(['2026-03-23T06:00:00.000Z']);
  });

  it('survives a failing audit and tries it again, five minutes later at the earliest', async () => {
    const { tickAt, runs, errors, faults } = open(MONDAY - HOUR);
    faults.run = true;
    await tickAt(MONDAY);
    expect(errors).toHaveLength(1);
    faults.run = false;
    faults.refuse = true;
    await tickAt(MONDAY + 5 * 60_000);
    expect(errors).toHaveLength(2);
    faults.refuse = false;
    await tickAt(MONDAY + 6 * 60_000);
    expect(runs).toHaveLength(0);
    await tickAt(MONDAY + 10 * 60_000);
    expect(runs).toHaveLength(1);
  });

  it('mails a report again that could not be mailed, without making it again', async () => {
    const { tickAt, runs, mails, faults } = open(MONDAY - HOUR);
    faults.mail = true;
    await tickAt(MONDAY);
    faults.mail = false;
    await tickAt(MONDAY + 10 * 60_000);
    expect([runs.length, mails.length]).toEqual([1, 1]);
  });

  it('does not overlap two ticks', async () => {
    const { schedule, tickAt, runs } = open(MONDAY - HOUR);
    await Promise.all([tickAt(MONDAY), schedule.tick(), schedule.tick()]);
    expect(runs).toHaveLength(1);
  });

  it('tells when it is due next', () => {
    expect(open(MONDAY - HOUR).schedule.nextDue()).toBe(MONDAY);
  });
});
