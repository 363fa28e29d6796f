import { afterAll, beforeAll, describe } from 'vitest';
import { testAppending } from './ledger/appending.ts';
import { testDeduplicating } from './ledger/deduplicating.ts';
import { testKeeping } from './ledger/keeping.ts';
import type { LedgerFixture } from './ledger/ledger-fixture.ts';
import { testProving } from './ledger/proving.ts';
import { testSearching } from './ledger/searching.ts';

/** What every ledger promises, whichever way its store is reached. The parts build on each other, in this order. */
export function describeLedgerContract(name: string, open: () => Promise<LedgerFixture>): void {
  describe(`ledger contract: ${name}`, () => {
    let opened: LedgerFixture;
    const fixture = () => opened;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened.close();
    });

    testAppending(fixture);
    testProving(fixture);
    testDeduplicating(fixture);
    testSearching(fixture);
    testKeeping(fixture);
  });
}
