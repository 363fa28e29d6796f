import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { ClickHouse } from '../ledger/clickhouse/click-house.ts';
import { connectClickHouse } from '../ledger/clickhouse/connect.ts';
import { migrate } from '../ledger/clickhouse/migrate.ts';

const EMBEDDED_DATABASE = 'provost';

/** Opens the configured ClickHouse, embedded or server, with its tables at the newest version. */
export async function openStore(config: Config): Promise<ClickHouse> {
  const { clickhouse } = config;
  const store = await connectClickHouse(
    clickhouse.kind === 'embedded'
      ? {
          kind: 'embedded',
          directory: join(config.dataDirectory, 'engine'),
          database: EMBEDDED_DATABASE,
        }
      : {
          kind: 'server',
          url: clickhouse.url,
          username: clickhouse.username,
          password: clickhouse.password,
          database: clickhouse.database,
          replicated: clickhouse.cluster !== undefined,
        },
  );
  try {
    const cluster = clickhouse.kind === 'server' ? clickhouse.cluster : undefined;
    await migrate(store, cluster === undefined ? {} : { cluster });
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
