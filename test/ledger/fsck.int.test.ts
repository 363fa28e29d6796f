import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../services/ledger/create-ledger.ts';
import type { FsckEvent, Ledger } from '../../services/ledger/ledger.ts';
import { collect } from '../contracts/ledger/iterate.ts';
import { digestOf, pushed, sample } from '../fakes/sample-events.ts';
import { createDirectory, ORIGIN, openStore, type StoreFixture } from './ledger-fixture.ts';

const ENTRIES = 300;
const directory = createDirectory();
let store: StoreFixture;
let damagedCopies = 0;

beforeAll(async () => {
  store = await openStore({ kind: 'embedded', directory: directory.path, database: 'fsck' });
  const writer = await store.openWriter(0);
  for (let from = 0; from < ENTRIES - 1; from += 100) {
    const length = Math.min(100, ENTRIES - 1 - from);
    await writer.append(
      Array.from({ length }, (_, n) => pushed({ id: `e${from + n}`, tags: ['1.0', 'x'] })),
    );
  }
  await writer.append([
    sample(
      'artifact.inspected',
      { id: 'large' },
      {
        repository: 'lab/tool',
        digest: digestOf('large'),
        history: Array.from({ length: 20 }, () => 'x'.repeat(4000)),
      },
    ),
  ]);
});
afterAll(async () => {
  await store.close();
  directory.remove();
});

/** What a single flipped bit in one column does, and where it has to be named. */
const ENTRY_COLUMNS = {
  leaf: flip('leaf'),
  leaf_hash: `toFixedString(${flip('leaf_hash')}, 32)`,
  source: "concat(source, 'x')",
  id: "concat(id, 'x')",
  type: "'tag.deleted'",
  project: "'lac'",
  time: 'time + toIntervalMillisecond(1)',
  received_time: 'received_time + toIntervalMillisecond(1)',
  repository: "'lab/tooo'",
  digests: "['sha256:0']",
  tags: "['1.0']",
  actor: "'alicf'",
} as const;

describe('fsck', () => {
  it('finds nothing wrong with an honest ledger and says what it saw', async () => {
    const events = await collect(store.ledger.fsck());
    expect(events).toContainEqual({ kind: 'progress', shard: 0, checked: 300, total: 300 });
    expect(events.at(-1)).toEqual({
      kind: 'summary',
      shards: 1,
      entries: ENTRIES,
      tiles: 1,
      checkpoints: 4,
      problems: 0,
    });
  });

  for (const [column, altered] of Object.entries(ENTRY_COLUMNS)) {
    it(`names the entry whose ${column} was altered`, async () => {
      const problems = await problemsOf('entries', `leaf_index = 123`, `${altered} AS ${column}`);
      expect(problems[0]).toMatchObject({ shard: 0, index: 123 });
      expect(problems[0]?.problem.code).toBe('ledger.leaf-mismatch');
    });
  }

  it('finds a flipped bit at every byte of a leaf', async () => {
    const bytes = (await store.ledger.entry(0, 7))?.leaf.byteLength ?? 0;
    for (let at = 1; at <= bytes; at += 37) {
      const problems = await problemsOf('entries', 'leaf_index = 7', `${flip('leaf', at)} AS leaf`);
      expect(problems.map(({ index }) => index)).toContain(7);
    }
  });

  it('names the index of an entry that is gone', async () => {
    const problems = await problemsOf('entries', 'leaf_index = 200', '1000000 AS leaf_index');
    expect(problems[0]).toMatchObject({ index: 200, problem: { code: 'ledger.not-dense' } });
  });

  it('names the first leaf below a tile hash that was altered, and a tile that is gone', async () => {
    const altered = await problemsOf('tiles', '1', `${flip('hashes', 32 * 9 + 5)} AS hashes`);
    expect(altered).toMatchObject([{ index: 9, problem: { code: 'ledger.tile-mismatch' } }]);
    const root = await problemsOf('tiles', '1', `toFixedString(${flip('root')}, 32) AS root`);
    expect(root).toMatchObject([{ index: 0, problem: { code: 'ledger.tile-mismatch' } }]);
    const gone = await problemsOf('tiles', '1', '77 AS tile_index');
    expect(gone[0]).toMatchObject({ index: 0, problem: { code: 'ledger.tile-mismatch' } });
  });

  for (const [column, altered] of [
    ['note', flip('note', 30)],
    ['note', flip('note', 120)],
    ['root', `toFixedString(${flip('root')}, 32)`],
    ['size', 'size - 1'],
  ] as const) {
    it(`names the last leaf of a checkpoint whose ${column} was altered (${altered})`, async () => {
      const problems = await problemsOf('checkpoints', 'size = 200', `${altered} AS ${column}`);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.problem.code).toBe('ledger.checkpoint-mismatch');
      expect(problems[0]?.index).toBe(column === 'size' ? 198 : 199);
    });
  }

  it('names the entry whose body was altered, and the one whose body is gone', async () => {
    const altered = await problemsOf('blobs', '1', `${flip('bytes', 50_000)} AS bytes`);
    expect(altered).toMatchObject([{ index: 299, problem: { code: 'ledger.leaf-mismatch' } }]);
    const gone = await problemsOf('blobs', '1', `'sha256:0' AS digest`);
    expect(gone).toMatchObject([{ index: 299 }]);
  });

  it('refuses checkpoints that another key signed', async () => {
    const { clickHouse } = store;
    const ledger = createLedger({ clickHouse, verifierKeys: [], origin: ORIGIN });
    const problems = (await collect(ledger.fsck())).filter(isProblem);
    expect(problems[0]).toMatchObject({ problem: { code: 'ledger.checkpoint-mismatch' } });
  });
});

/** SQL that flips the lowest bit of one byte, counted from 1. */
function flip(column: string, at = 20): string {
  const byte = `char(bitXor(reinterpretAsUInt8(substring(${column}, ${at}, 1)), 1))`;
  return `concat(substring(${column}, 1, ${at - 1}), ${byte}, substring(${column}, ${at + 1}))`;
}

/** What fsck says of a copy of the ledger in which rows of one table were replaced. */
async function problemsOf(
  table: 'entries' | 'tiles' | 'checkpoints' | 'blobs',
  where: string,
  replacement: string,
) {
  const ledger = await openDamagedCopy(table, where, replacement);
  return (await collect(ledger.fsck())).filter(isProblem);
}

async function openDamagedCopy(table: string, where: string, replacement: string): Promise<Ledger> {
  const database = `damaged_${++damagedCopies}`;
  const copy = await openStore({ kind: 'embedded', directory: directory.path, database });
  for (const name of ['entries', 'tiles', 'checkpoints', 'blobs']) {
    if (name !== table) {
      await copy.clickHouse.command(`INSERT INTO ${name} SELECT * FROM fsck.${name}`);
      continue;
    }
    await copy.clickHouse.command(
      `INSERT INTO ${name} SELECT * FROM fsck.${name} WHERE NOT (${where})`,
    );
    await copy.clickHouse.command(
      `INSERT INTO ${name} SELECT * REPLACE (${replacement}) FROM (SELECT * FROM fsck.${name} WHERE ${where})`,
    );
  }
  const verifierKeys = [store.signer.verifierKey];
  return createLedger({ clickHouse: copy.clickHouse, verifierKeys, origin: ORIGIN });
}

function isProblem(event: FsckEvent): event is Extract<FsckEvent, { kind: 'problem' }> {
  return event.kind === 'problem';
}
