import { afterAll, describe, expect, it } from 'vitest';
import type { ClickHouse } from '../../services/ledger/clickhouse/click-house.ts';
import { connectClickHouse } from '../../services/ledger/clickhouse/connect.ts';
import { migrate } from '../../services/ledger/clickhouse/migrate.ts';
import { createDirectory } from './ledger-fixture.ts';

const directory = createDirectory();
afterAll(directory.remove);
const open = (database: string) =>
  connectClickHouse({ kind: 'embedded', directory: directory.path, database });

describe('migrations', () => {
  it('run once, are recorded, and keep what is stored', async () => {
    const store = await open('once');
    const ran = await migrate(store);
    expect(ran).toContain('0001-entries.sql');
    expect(ran).toEqual([...ran].sort());
    expect(await migrate(store)).toEqual([]);
    const recorded = await store.rows<{ name: string }>(
      'SELECT name FROM schema_migrations ORDER BY name',
    );
    expect(recorded.map(({ name }) => name)).toEqual(ran);
    await store.close();
  });

  it('run again when a crash came before their record', async () => {
    const store = await open('again');
    const ran = await migrate(store);
    await store.command('TRUNCATE TABLE schema_migrations');
    expect(await migrate(store)).toEqual(ran);
    await store.close();
  });

  it('refuse to go on when one that ran reads differently now', async () => {
    const store = await open('changed');
    await migrate(store);
    await store.command('TRUNCATE TABLE schema_migrations');
    const target = { table: 'schema_migrations', columns: ['name', 'digest'] };
    await store.insert(target, Buffer.from('0001-entries.sql\tother\n'));
    await expect(migrate(store)).rejects.toMatchObject({ code: 'config.invalid' });
    await store.close();
  });

  it('create replicated tables on the whole cluster when one is configured', async () => {
    const statements: string[] = [];
    const recorder: ClickHouse = {
      rows: async () => [],
      bytes: async () => new Uint8Array(),
      insert: async () => {},
      command: async (sql) => {
        statements.push(sql);
      },
      close: async () => {},
    };
    await migrate(recorder, { cluster: 'campus' });
    expect(statements.length).toBeGreaterThan(5);
    for (const statement of statements) {
      expect(statement).toContain("ON CLUSTER 'campus'");
      expect(statement).toMatch(/ENGINE = Replicated(Replacing)?MergeTree/);
    }
    await expect(migrate(recorder, { cluster: "c' --" })).rejects.toMatchObject({
      code: 'config.invalid',
    });
  });

  it('make tables that fsync every insert before it is acknowledged', async () => {
    const store = await open('fsync');
    await migrate(store);
    const tables = await store.rows<{ name: string; create: string }>(
      `SELECT name, create_table_query AS create FROM system.tables WHERE database = 'fsync'`,
    );
    expect(tables).toHaveLength(7);
    for (const { create } of tables) {
      expect(create).toContain('fsync_after_insert = 1');
      expect(create).toContain('fsync_part_directory = 1');
    }
    await store.close();
  });

  it('refuse a database name that could be more than a name', async () => {
    await expect(open('x; DROP')).rejects.toMatchObject({ code: 'config.invalid' });
  });
});
