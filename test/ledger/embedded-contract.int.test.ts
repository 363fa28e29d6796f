import { afterAll } from 'vitest';
import { describeLedger } from '../contracts/ledger-contract.ts';
import { createDirectory, openStore } from './ledger-fixture.ts';

const directory = createDirectory();
afterAll(directory.remove);

describeLedger('embedded engine', () =>
  openStore({ kind: 'embedded', directory: directory.path, database: 'contract' }),
);
