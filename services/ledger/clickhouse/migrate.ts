import { readdir, readFile } from 'node:fs/promises';
import { toHex } from '../../core/bytes.ts';
import { ProvostError } from '../../core/errors.ts';
import { sha256 } from '../../core/merkle/hash-leaf.ts';
import type { ClickHouse } from './click-house.ts';
import { rowsOf } from './row-buffer.ts';
import { tsvText } from './tsv.ts';

type MigrateOptions = {
  /** Name of the cluster: tables are then replicated and created on all of it. */
  readonly cluster?: string;
};

/** What one file in sql/ is: `name` sorts. */
type Migration = { readonly name: string; readonly sql: string };

const MIGRATION_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;
const CLUSTER_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const RECORD = `CREATE TABLE IF NOT EXISTS schema_migrations {on_cluster}
(name String, digest String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
ENGINE = {replicated}MergeTree ORDER BY name SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

/**
 * Brings the tables to the newest version and returns the names of the migrations that ran now. Every migration can
 * be repeated, so a crash between one and its record is harmless. Rejects with `config.invalid` when a migration
 * that ran before reads differently today.
 */
export async function migrate(
  clickHouse: ClickHouse,
  options: MigrateOptions = {},
): Promise<readonly string[]> {
  if (options.cluster !== undefined && !CLUSTER_NAME.test(options.cluster)) {
    throw new ProvostError('config.invalid', 'a cluster name has letters, digits, _ and - only');
  }
  await clickHouse.command(forDeployment(RECORD, options));
  const applied = new Map(
    (
      await clickHouse.rows<{ name: string; digest: string }>(
        'SELECT name, digest FROM schema_migrations',
      )
    ).map((row) => [row.name, row.digest]),
  );
  const ran: string[] = [];
  for (const { name, sql } of await readMigrations()) {
    const digest = toHex(sha256(Buffer.from(sql)));
    const before = applied.get(name);
    if (before === digest) continue;
    if (before !== undefined) {
      throw new ProvostError(
        'config.invalid',
        `migration ${name} was changed after it ran: add another one instead`,
      );
    }
    await clickHouse.command(forDeployment(sql, options));
    await clickHouse.insert(
      { table: 'schema_migrations', columns: ['name', 'digest'] },
      rowsOf([`${tsvText(name)}\t${digest}\n`]),
    );
    ran.push(name);
  }
  return ran;
}

function forDeployment(sql: string, { cluster }: MigrateOptions): string {
  return sql
    .replaceAll('{on_cluster}', cluster === undefined ? '' : `ON CLUSTER '${cluster}'`)
    .replaceAll('{replicated}', cluster === undefined ? '' : 'Replicated');
}

async function readMigrations(): Promise<readonly Migration[]> {
  const directory = await findDirectory();
  const names = (await readdir(directory)).filter((name) => MIGRATION_NAME.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      name,
      sql: await readFile(new URL(name, directory), 'utf8'),
    })),
  );
}

/** sql/ lies beside services/ in a checkout, and beside dist/ once compiled. */
async function findDirectory(): Promise<URL> {
  const beside = new URL('../../../sql/', import.meta.url);
  const found = await readdir(beside).then(
    () => true,
    () => false,
  );
  return found ? beside : new URL('../../../../sql/', import.meta.url);
}
