import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClickHouse } from '../../services/ledger/clickhouse/connect.ts';
import { rowsOf } from '../../services/ledger/clickhouse/row-buffer.ts';
import { tsvArray, tsvText } from '../../services/ledger/clickhouse/tsv.ts';
import { collect } from '../contracts/ledger/iterate.ts';
import { pushed } from '../fakes/sample-events.ts';
import {
  type ClickHouseHttpFront,
  FRONT_CREDENTIALS,
  startClickHouseHttpFront,
} from '../support/clickhouse-http-front.ts';
import { createDirectory, openStore, type StoreFixture } from './ledger-fixture.ts';

const directory = createDirectory();
let front: ClickHouseHttpFront;
let store: StoreFixture;
const server = () => ({
  kind: 'server' as const,
  url: front.url,
  ...FRONT_CREDENTIALS,
  database: 'path',
  replicated: false,
});
beforeAll(async () => {
  front = await startClickHouseHttpFront({ directory: directory.path });
  store = await openStore(server());
});
afterAll(async () => {
  await store.close();
  await front.close();
  directory.remove();
});

const ODD = [
  '',
  "it's",
  'tab\tnew\nline\r',
  'back\\slash \\N \\0',
  'ü€😀',
  '\u0000nul',
  '{a:String}',
];

describe('ClickHouse over HTTP', () => {
  it('binds every parameter outside of the statement and gets it back unharmed', async () => {
    for (const text of ODD) {
      const [row] = await store.clickHouse.rows<{ one: string; all: string[]; n: number }>(
        'SELECT {text:String} AS one, {texts:Array(String)} AS all, {n:UInt32} AS n',
        { text, texts: [text, 'x'], n: 7 },
      );
      expect(row).toEqual({ one: text, all: [text, 'x'], n: 7 });
      expect(front.requests.at(-1)?.statement).toContain('{text:String}');
    }
  });

  it('compresses what it sends and accepts compressed answers', async () => {
    const rows = ODD.map((text, n) => `t${n}\t1\t${tsvText(text)}\th\t${tsvArray([text])}\n`);
    const target = { table: 'tokens', columns: ['id', 'version', 'name', 'hash', 'roles'] };
    await store.clickHouse.insert(target, rowsOf(rows));
    const insert = front.requests.at(-1);
    expect(insert?.headers['content-encoding']).toBe('gzip');
    expect(insert?.parameters.get('query')).toContain('INSERT INTO tokens');
    expect(insert?.bodyBytes).toBe(rowsOf(rows).byteLength);
    const read = await store.clickHouse.rows<{ name: string; roles: string[] }>(
      'SELECT name, roles FROM tokens ORDER BY id',
    );
    expect(read).toEqual(ODD.map((text) => ({ name: text, roles: [text] })));
    expect(front.requests.at(-1)?.headers['accept-encoding']).toContain('gzip');
  });

  it('keeps every byte of a binary answer', async () => {
    const bytes = await store.clickHouse.bytes(
      'SELECT arrayStringConcat(arrayMap(n -> char(n), range(256))) AS b FORMAT RowBinary',
    );
    // A length of 256 as a varint, then every byte.
    expect([...bytes]).toEqual([0x80, 2, ...Array.from({ length: 256 }, (_, n) => n)]);
  });

  it('asks the server to finish before it answers, and never to buffer an insert', () => {
    const settings = front.requests.at(-1)?.parameters;
    expect(settings?.get('wait_end_of_query')).toBe('1');
    expect(settings?.get('async_insert')).toBe('0');
  });

  it('asks a cluster for a quorum on writes and for the same on reads', async () => {
    const cluster = await connectClickHouse({ ...server(), replicated: true });
    await cluster.rows('SELECT 1 AS one');
    await cluster.close();
    const settings = front.requests.at(-1)?.parameters;
    expect(settings?.get('insert_quorum')).toBe('auto');
    expect(settings?.get('insert_quorum_parallel')).toBe('0');
    expect(settings?.get('select_sequential_consistency')).toBe('1');
  });

  it('says what the server said, with its code, of a statement that failed', async () => {
    await expect(store.clickHouse.rows('SELECT nothing_like_this')).rejects.toMatchObject({
      code: 'ledger.unavailable',
      message: expect.stringContaining('47'),
    });
  });

  it('never repeats the rows of an insert that failed', async () => {
    const target = { table: 'tokens', columns: ['id', 'version'] };
    const failure = await store.clickHouse
      .insert(target, rowsOf(['id\tsecret-payload\n']))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'ledger.unavailable' });
    expect(JSON.stringify(failure, ['message', 'cause', 'stack'])).not.toContain('secret-payload');
  });

  it('refuses a wrong password as unavailable, without repeating it', async () => {
    const failure = await connectClickHouse({ ...server(), password: 'hunter2' }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'ledger.unavailable' });
    expect(String(failure)).not.toContain('hunter2');
  });

  it('rejects during an outage, acknowledges nothing, and goes on with another writer after it', async () => {
    const writer = await store.openWriter(0);
    await writer.append([pushed({ id: 'before' })]);
    front.outage(true);
    await expect(writer.append([pushed({ id: 'during' })])).rejects.toMatchObject({
      code: 'ledger.unavailable',
    });
    await expect(store.ledger.size(0)).rejects.toMatchObject({ code: 'ledger.unavailable' });
    await expect(store.openWriter(0)).rejects.toMatchObject({ code: 'ledger.unavailable' });
    front.outage(false);
    await expect(writer.append([pushed({ id: 'after' })])).rejects.toMatchObject({
      code: 'ledger.unavailable',
    });
    const next = await store.openWriter(0);
    await next.append([pushed({ id: 'during' }), pushed({ id: 'after' })]);
    const { entries } = await store.ledger.search({ shard: 0, order: 'oldest', limit: 10 });
    expect(entries.map((entry) => entry.event.id)).toEqual(['before', 'during', 'after']);
    const checked = await collect(store.ledger.fsck());
    expect(checked.at(-1)).toMatchObject({ problems: 0 });
  });
});
