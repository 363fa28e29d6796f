import { ProvostError } from '../../core/errors.ts';
import type { ClickHouse } from './click-house.ts';
import { openEmbedded } from './embedded.ts';
import { openServer, type ServerOptions } from './server.ts';

/** Where the ledger's tables live. */
export type ClickHouseOptions =
  | {
      readonly kind: 'embedded';
      /** One process a directory: the engine locks it. */
      readonly directory: string;
      readonly database: string;
    }
  | ({ readonly kind: 'server' } & ServerOptions);

const DATABASE_NAME = /^[a-z][a-z0-9_]{0,62}$/;

type Lane = { readonly clickHouse: ClickHouse; busy: number };

/**
 * Opens the store and creates its database where it is missing. Rejects with `ledger.unavailable` when it cannot be
 * reached, or when another process holds the directory.
 */
export async function connectClickHouse(options: ClickHouseOptions): Promise<ClickHouse> {
  const { database } = options;
  // An identifier cannot be bound everywhere, so what may become part of a statement is checked here.
  if (!DATABASE_NAME.test(database)) {
    throw new ProvostError(
      'config.invalid',
      `expected a database name of lower-case letters, digits and _, received ${JSON.stringify(database)}`,
    );
  }
  const opened = await guarded('open', () =>
    options.kind === 'embedded' ? openEmbedded(options.directory, database) : openServer(options),
  );
  return overLanes(opened.map((clickHouse) => ({ clickHouse, busy: 0 })));
}

function overLanes(lanes: readonly Lane[]): ClickHouse {
  const run = async <T>(what: string, work: (lane: ClickHouse) => Promise<T>): Promise<T> => {
    const lane = lanes.reduce((best, next) => (next.busy < best.busy ? next : best));
    lane.busy++;
    try {
      return await guarded(what, () => work(lane.clickHouse));
    } finally {
      lane.busy--;
    }
  };
  return {
    rows: <Row>(sql: string, parameters?: Readonly<Record<string, unknown>>) =>
      run('query', (lane) => lane.rows<Row>(sql, parameters)),
    bytes: (sql, parameters) => run('query', (lane) => lane.bytes(sql, parameters)),
    insert: async (target, rows) => {
      if (rows.byteLength > 0) await run('insert', (lane) => lane.insert(target, rows));
    },
    command: (sql, parameters) => run('command', (lane) => lane.command(sql, parameters)),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.clickHouse.close()));
    },
  };
}

async function guarded<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The cause of a failed insert is dropped: it may quote rows, and a row is somebody's payload.
    throw new ProvostError(
      'ledger.unavailable',
      `ClickHouse could not ${what}: ${describe(what, error)}`,
      what === 'insert' ? undefined : { cause: error },
    );
  }
}

function describe(what: string, error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' ? `${error.name} ${code}` : error.name;
  return what === 'insert' ? known : `${known}: ${error.message.slice(0, 300)}`;
}
