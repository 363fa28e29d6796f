import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProvostEvent } from '../../services/core/events/event.ts';
import { createExports } from '../../services/exports/exports.ts';
import { verifyPack } from '../../services/exports/verify-pack.ts';
import { inDirectory, unzip } from './pack-files.ts';
import { createSampleLedger, SCOPE } from './sample-ledger.ts';

const REPORT = { ...SCOPE, html: '<!doctype html><title>r</title>', json: '{"verdict":1}' };
const REPORTS = new Map([
  ['audit-1', REPORT],
  ['elsewhere', { ...REPORT, project: 'other' }],
  ['earlier', { ...REPORT, from: '2020-01-01T00:00:00Z' }],
  ['longer', { ...REPORT, to: '2030-01-01T00:00:00Z' }],
]);

async function open(directory: string) {
  const { ledger, signer, vkey } = await createSampleLedger(5);
  const published: ProvostEvent[] = [];
  let broken = false;
  const exports = createExports({
    ledger,
    signer,
    clock: { now: () => Date.parse('2026-04-02T00:00:00Z') },
    newId: () => 'export-1',
    directory: join(directory, 'exports'),
    findReport: async (auditId) => REPORTS.get(auditId),
    publish: async (event) => {
      if (broken) throw new Error('the bus is full');
      published.push(event);
    },
  });
  const breakBus = () => {
    broken = true;
  };
  return { exports, published, vkey, breakBus };
}

describe('exports', () => {
  it('hand over a pack that verifies, after the event that binds it by its digest', async () => {
    await inDirectory(async (directory) => {
      const { exports, published, vkey } = await open(directory);
      const made = await exports.create({ ...SCOPE, by: 'carol' });
      if (!made.ok) throw new Error(made.problem.message);
      const { digest, entries, size, content } = made.value;
      expect(published.map(({ type, data }) => ({ type, data }))).toEqual([
        {
          type: 'export.created',
          data: { ...SCOPE, exportId: 'export-1', packDigest: digest, entries, by: 'carol' },
        },
      ]);
      const bytes = Buffer.concat(await content.toArray());
      expect(bytes.byteLength).toBe(size);
      const path = join(directory, 'pack.zip');
      await writeFile(path, bytes);
      expect((await verifyPack(path, { vkey })).ok).toBe(true);
      expect(await readdir(join(directory, 'exports'))).toEqual([]);
    });
  });

  it('put the report of the named audit into the pack, the same bytes every time', async () => {
    await inDirectory(async (directory) => {
      const { exports, vkey } = await open(directory);
      const packs: Buffer[] = [];
      for (const auditId of ['audit-1', 'audit-1']) {
        const made = await exports.create({ ...SCOPE, by: 'carol', auditId });
        if (!made.ok) throw new Error(made.problem.message);
        packs.push(Buffer.concat(await made.value.content.toArray()));
      }
      const [pack = Buffer.alloc(0), again] = packs;
      expect(again).toEqual(pack);
      const path = join(directory, 'pack.zip');
      await writeFile(path, pack);
      expect(await verifyPack(path, { vkey })).toMatchObject({ ok: true, value: { report: true } });
      const model = (await unzip(path)).find(({ name }) => name === 'report.json');
      expect(model?.bytes.toString()).toBe(REPORT.json);
    });
  });

  it.each([
    ['elsewhere', 'audit.period'],
    ['earlier', 'audit.period'],
    ['longer', 'audit.period'],
    ['nobody', 'http.not-found'],
  ])('make no pack with the report of the audit "%s"', async (auditId, code) => {
    await inDirectory(async (directory) => {
      const { exports, published } = await open(directory);
      const made = await exports.create({ ...SCOPE, by: 'carol', auditId });
      expect(made).toMatchObject({ ok: false, problem: { code, at: 'audit' } });
      expect(published).toEqual([]);
    });
  });

  it('hand over nothing that could not be put on record', async () => {
    await inDirectory(async (directory) => {
      const { exports, breakBus } = await open(directory);
      breakBus();
      await expect(exports.create({ ...SCOPE, by: 'carol' })).rejects.toThrow('the bus is full');
      expect(await readdir(join(directory, 'exports'))).toEqual([]);
    });
  });

  it('answer an empty period as a value, and state nothing', async () => {
    await inDirectory(async (directory) => {
      const { exports, published } = await open(directory);
      const made = await exports.create({ ...SCOPE, project: 'nobody', by: 'carol' });
      expect(made.ok ? 'ok' : made.problem.code).toBe('export.empty');
      expect(published).toEqual([]);
    });
  });
});
