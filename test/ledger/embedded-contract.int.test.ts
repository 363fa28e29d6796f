import { afterAll } from 'vitest';
import { describeLedgerContract } from '../contracts/ledger-contract.ts';
import { createDirectory, openStore } from './ledger-fixture.ts';

const directory = createDirectory();
afterAll(directory.remove);

describeLedgerContract('embedded engine', () =>
  openStore({ kind: 'embedded', directory: directory.path, database: 'contract' }),
);
