import { expect, it } from 'vitest';
import type { ClickHouse } from '../../services/ledger/clickhouse/click-house.ts';
import { createRowBuffer } from '../../services/ledger/clickhouse/row-buffer.ts';
import { createIdentityFilter } from '../../services/ledger/identity-filter.ts';
import { createStager } from '../../services/ledger/stage-events.ts';
import { createTileBuilder } from '../../services/ledger/tile-builder.ts';
import { pushed } from '../fakes/sample-events.ts';

/** A store without entries. */
const EMPTY: ClickHouse = {
  rows: async () => [],
  bytes: async () => new Uint8Array(),
  insert: async () => {},
  command: async () => {},
  close: async () => {},
};

it('knows an event whose entry was in flight when it was looked up and is committed when it is staged', async () => {
  const tree = await createTileBuilder(0, async () => new Uint8Array());
  const identities = createIdentityFilter(0);
  const stager = createStager({
    clickHouse: EMPTY,
    shard: 0,
    tree,
    identities,
    committed: () => 0,
  });
  const rows = createRowBuffer();
  const event = pushed({ id: 'twice' });
  const [first] = await stager.identify([event]);
  const staged = first && stager.stage(first, rows);
  if (staged?.kind !== 'entry') throw new Error('the first delivery is an entry');
  const [second] = await stager.identify([event]);
  stager.forget(staged.key, staged.entry);
  expect(second && stager.stage(second, rows)).toMatchObject({ kind: 'duplicate', index: 0 });
});
