import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNoteSigner, type NoteSigner } from '../../services/core/note/signed-note.ts';
import type { ClickHouse } from '../../services/ledger/clickhouse/click-house.ts';
import {
  type ClickHouseOptions,
  connectClickHouse,
} from '../../services/ledger/clickhouse/connect.ts';
import { migrate } from '../../services/ledger/clickhouse/migrate.ts';
import { createLedger } from '../../services/ledger/create-ledger.ts';
import { createTokenStore } from '../../services/ledger/create-token-store.ts';
import { unmeasured } from '../../services/ledger/ledger-metrics.ts';
import { openShardWriter } from '../../services/ledger/shard-writer.ts';
import type { LedgerFixture } from '../contracts/ledger/ledger-fixture.ts';

export const ORIGIN = 'test.example/ledger';
/** The moment at which every test of the ledger happens. */
export const NOW = Date.UTC(2026, 5, 1);

export type StoreFixture = LedgerFixture & {
  readonly clickHouse: ClickHouse;
  readonly signer: NoteSigner;
  /** Opens a writer over another store, such as one with faults, or with other keys. */
  readonly openWriterOn: (
    clickHouse: ClickHouse,
    shard: number,
    keys?: { readonly signer: NoteSigner; readonly verifierKeys: readonly string[] },
  ) => ReturnType<typeof openShardWriter>;
};

/** A directory for this test file alone: the engine binds one a process. */
export function createDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'provost-ledger-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A migrated, empty ledger. */
export async function openStore(options: ClickHouseOptions): Promise<StoreFixture> {
  const clickHouse = await connectClickHouse(options);
  await migrate(clickHouse);
  const signer = createNoteSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);
  const clock = { now: () => NOW };
  const ours = { signer, verifierKeys: [signer.verifierKey] };
  const openWriterOn: StoreFixture['openWriterOn'] = (store, shard, keys = ours) =>
    openShardWriter({
      clickHouse: store,
      shard,
      ...keys,
      origin: ORIGIN,
      clock,
      metrics: unmeasured,
    });
  return {
    clickHouse,
    signer,
    ledger: createLedger({ clickHouse, verifierKeys: [signer.verifierKey], origin: ORIGIN }),
    openWriterOn,
    openWriter: (shard) => openWriterOn(clickHouse, shard),
    tokens: createTokenStore(clickHouse),
    close: () => clickHouse.close(),
  };
}
