import type { Ledger, ShardWriter } from '../../../services/ledger/ledger.ts';
import type { TokenStore } from '../../../services/ledger/token-store.ts';

/** A fresh, empty ledger and what belongs to it. */
export type LedgerFixture = {
  readonly ledger: Ledger;
  readonly openWriter: (shard: number) => Promise<ShardWriter>;
  readonly tokens: TokenStore;
  readonly close: () => Promise<void>;
};
