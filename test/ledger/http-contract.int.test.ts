import { afterAll } from 'vitest';
import { describeLedgerContract } from '../contracts/ledger-contract.ts';
import { FRONT_CREDENTIALS, startClickHouseHttpFront } from '../support/clickhouse-http-front.ts';
import { createDirectory, openStore } from './ledger-fixture.ts';

const directory = createDirectory();
afterAll(directory.remove);

describeLedgerContract('ClickHouse over HTTP', async () => {
  const front = await startClickHouseHttpFront({ directory: directory.path });
  const store = await openStore({
    kind: 'server',
    url: front.url,
    ...FRONT_CREDENTIALS,
    database: 'contract',
    replicated: false,
  });
  return {
    ...store,
    close: async () => {
      await store.close();
      await front.close();
    },
  };
});
