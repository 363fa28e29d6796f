import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createAudits } from '../../services/reports/audits.ts';
import { pushed } from '../fakes/sample-events.ts';
import { FROM, ledgerWith, NOW, TO } from './audited-ledger.ts';

async function inDirectory(use: (directory: string) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'provost-reports-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function open(directory: string, newId = () => 'audit-1') {
  const ledger = await ledgerWith([pushed({ id: 'p' })]);
  const published: ProvostEvent[] = [];
  const audits = createAudits({
    ledger,
    keys: [ledger.verifierKey(0)],
    clock: { now: () => NOW },
    newId,
    directory: join(directory, 'reports'),
    publish: async (event) => {
      published.push(event);
    },
  });
  return { audits, published, ledger };
}

const REQUEST = { project: 'lab', from: FROM, to: TO, by: 'carol' };

describe('audits', () => {
  it('keep the report as files, find it again, and state beginning and end with its digest', async () => {
    await inDirectory(async (directory) => {
      const { audits, published } = await open(directory);
      const made = await audits.run(REQUEST);
      if (!made.ok) throw new Error(made.problem.message);
      expect((await readdir(join(directory, 'reports'))).sort()).toEqual([
        'audit-1.html',
        'audit-1.json',
      ]);
      const page = await readFile(join(directory, 'reports', 'audit-1.html'), 'utf8');
      expect(page).toBe(made.value.html);
      expect(await audits.find('audit-1')).toEqual(made.value);
      expect(published.map(({ type }) => type)).toEqual(['audit.started', 'audit.completed']);
      expect(published[1]?.data).toMatchObject({ reportDigest: made.value.digest, checks: 4 });
    });
  });

  it('know nothing of an id that was never given or leads out of the directory', async () => {
    await inDirectory(async (directory) => {
      const { audits } = await open(directory);
      for (const id of ['audit-2', '../audit-1', '', '/etc/passwd', 'a/b']) {
        expect(await audits.find(id)).toBeUndefined();
      }
      await expect((await open(directory, () => '../x')).audits.run(REQUEST)).rejects.toThrow();
    });
  });

  it('refuse a reversed period before anything is stated', async () => {
    await inDirectory(async (directory) => {
      const { audits, published } = await open(directory);
      const made = await audits.run({ ...REQUEST, to: FROM });
      expect(made.ok ? 'ok' : made.problem.code).toBe('audit.period');
      expect(published).toEqual([]);
    });
  });

  it('keep nothing when the ledger fails in between', async () => {
    await inDirectory(async (directory) => {
      const { audits, ledger, published } = await open(directory);
      ledger.faults.outage(true);
      await expect(audits.run(REQUEST)).rejects.toThrow(/does not answer/);
      expect(await readdir(directory)).toEqual([]);
      expect(published.map(({ type }) => type)).toEqual(['audit.started']);
    });
  });
});
