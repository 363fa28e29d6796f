import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNoteSigner } from '../../services/core/note/signed-note.ts';
import { createPack } from '../../services/exports/create-pack.ts';
import { verifyPack } from '../../services/exports/verify-pack.ts';
import { connectClickHouse } from '../../services/ledger/clickhouse/connect.ts';
import { migrate } from '../../services/ledger/clickhouse/migrate.ts';
import { createLedger } from '../../services/ledger/create-ledger.ts';
import { unmeasured } from '../../services/ledger/ledger-metrics.ts';
import { openShardWriter } from '../../services/ledger/shard-writer.ts';
import { runAudit } from '../../services/reports/run-audit.ts';
import { inDirectory } from './pack-files.ts';
import { appendSample, SCOPE } from './sample-ledger.ts';

const ORIGIN = 'log.example/stored';
const NOW = Date.parse('2026-04-02T00:00:00Z');

describe('evidence from a stored ledger', () => {
  it('gives a pack that verifies, twice the same, and an audit that finds the ledger whole', async () => {
    await inDirectory(async (directory) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      const signerOf = (name: string) => createNoteSigner(name, privateKey);
      const store = { kind: 'embedded', directory: join(directory, 'store') } as const;
      const clickHouse = await connectClickHouse({ ...store, database: 'evidence' });
      try {
        await migrate(clickHouse);
        await appendSample(
          (shard) =>
            openShardWriter({
              clickHouse,
              shard,
              signer: signerOf(`${ORIGIN}/${shard}`),
              verifierKeys: [],
              origin: ORIGIN,
              clock: { now: () => NOW },
              metrics: unmeasured,
            }),
          30,
        );
        const keys = [0, 2].map((shard) => signerOf(`${ORIGIN}/${shard}`).verifierKey);
        const ledger = createLedger({ clickHouse, verifierKeys: keys, origin: ORIGIN });
        const signer = signerOf(ORIGIN);
        const packs = [];
        for (const name of ['a.zip', 'b.zip']) {
          const path = join(directory, name);
          const made = await createPack({ ledger, signer, ...SCOPE, path });
          if (!made.ok) throw new Error(made.problem.message);
          packs.push(made.value);
          const verified = await verifyPack(path, { vkey: signer.verifierKey });
          expect(verified).toMatchObject({ ok: true, value: { entries: 64, findings: 1 } });
        }
        expect(packs[0]?.digest).toBe(packs[1]?.digest);
        const audited = await runAudit({
          ...SCOPE,
          auditId: 'audit-1',
          by: 'carol',
          now: NOW,
          ledger,
          keys,
        });
        if (!audited.ok) throw new Error(audited.problem.message);
        const statuses = audited.value.checks.map(({ id, status }) => `${id} ${status}`);
        expect(statuses).toEqual([
          'ledger-whole pass',
          'tags-explained fail',
          'findings-handled fail',
          'corrections-due fail',
        ]);
        expect(audited.value.counts).toMatchObject({ entries: 61, changes: 31, findings: 1 });
      } finally {
        await clickHouse.close();
      }
    });
  });
});
